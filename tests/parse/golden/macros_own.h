#define OWN_CALL(x) own_helper((Object *)(x))
static inline int own_helper(Object *o)
{
    return o != 0;
}
int only_declared(Object *o);
