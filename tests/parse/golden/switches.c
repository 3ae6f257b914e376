// switch: ranges, fall-through, cases in odd places, default anywhere.
void g(int);

int plain(int a)
{
    switch (a) {
    case 1:
        g(1);
        break;
    default:
        g(2);
    case 5 ... 7:
        g(3); // falls through from default
    case 8:
    case 9:
        return 4;
    }
    return 5;
}

enum color { RED, GREEN = 5 };

int enums(enum color c)
{
    switch (c) {
    case RED:
        return 1;
    case GREEN:
        return 2;
    }
    return 3;
}

void only_default(int a)
{
    switch (a)
    default:
        g(1);
    switch (a)
        ;
    switch (a) {
        g(2);
    }
}

void duff(char *to, const char *from, int n)
{
    int i = (n + 3) / 4;

    switch (n % 4) {
    case 0:
        do {
            *to++ = *from++;
        case 3:
            *to++ = *from++;
        case 2:
            *to++ = *from++;
        case 1:
            *to++ = *from++;
        } while (--i > 0);
    }
}

void nested(int a, int b)
{
    while (a) {
        switch (a) {
        case 1:
            switch (b) {
            case 2:
                break;
            case 3:
                continue;
            }
            g(1);
            break;
        case 'x':
            continue;
        case -1:
            goto out;
        }
        g(2);
    }
out:
    g(3);
}

int known(void)
{
    switch (6) {
    case 1:
        return 1;
    case 5 ... 7:
        return 2;
    }
    return 3;
}

// Every enumerator has a case: no other value is meant.
typedef enum { LOW = -1, MIDDLE, HIGH } level;
enum wide { NARROW, WIDE = 0xffffffff, BROAD = WIDE };
enum __attribute__((packed)) small { SMALL = 255 };
struct kinds {
    level l;
    enum color bits : 4;
    _Atomic enum color shared;
};
enum color get(void);

int covered(struct kinds *k, enum wide w, enum small s, int i, enum color c)
{
    switch ((k->l)) {
    case LOW ... HIGH:
        i++;
    }
    switch (k->bits) {
    case RED:
        i = 1;
        break;
    case 5:
        i = 2;
    }
    switch (k->shared) {
    case GREEN:
    case RED:
        i = 3;
    }
    switch (w) {
    case NARROW:
    case BROAD:
        i = 4;
    }
    switch (s) {
    case SMALL:
        i = 5;
    }
    switch ((enum color)i) {
    case RED ... GREEN:
        i = 6;
    }
    switch (c = get()) {
    case RED:
        return i;
    case GREEN:
        return c;
    }
    g(1);
}

enum __attribute__((flag_enum)) flags { ONE = 1, TWO = 2 };

// Other values may come.
int not_covered(level l, enum flags f, enum color c)
{
    int i = 0;

    switch (l) {
    case LOW:
    case HIGH:
        i = 1;
    }
    switch (f) {
    case ONE:
    case TWO:
        i = 2;
    }
    switch ((int)c) {
    case RED:
    case GREEN:
        i = 3;
    }
    switch (c + 0) {
    case RED:
    case GREEN:
        i = 4;
    }
    switch (c) {
    default:
        i = 5;
    case RED:
    case GREEN:
        i = 6;
    }
    return i;
}

int same_constant(enum wide w)
{
    return w == WIDE;
}
