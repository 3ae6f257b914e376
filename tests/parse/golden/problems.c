// Errors cost the functions that hold them, and no others.
#include "no/such.h"
#define BROKEN(x) ((x) + nowhere)

int fine(int a)
{
    return a;
}

int broken(int a)
{
    return a + nowhere;
}

int by_macro(int a)
{
    return BROKEN(a);
}

int by_include(int a)
{
#include "problems_part.inc"
    return a;
}

struct incomplete global;

int fine_too(int a)
{
    const char *s = 5;
    implicit(a);
    return fine(a);
}
