// expects: leak
// expect: leek(list), leak(x
// note:
/* open
