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
