int f(void) /* expect: leak(list), leak(item) */
{
    char *s = "// note: none"; // note: new reference
    g(s, '"'); // known-miss: double-decref(p->x[h(a, b)]) // note: gone
    return 0;  // known-false: null-use
}
/* several
 * expect: leak
 */
