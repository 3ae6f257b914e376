// Stands for the headers of an API: what it declares is foreign.
#define API_VERSION "1.2.3"
#define API_HEX 0x010203f0
typedef struct _object {
    long refcnt;
} Object;
Object *api_new(void);
extern Object api_none;
static inline void api_incref(Object *o)
{
    o->refcnt++;
}
static inline void api_decref(Object *o)
{
    o->refcnt--;
}
#define API_INCREF(o) api_incref((Object *)(o))
#define API_DECREF(o) api_decref((Object *)(o))
#define API_CLEAR(op)                                                          \
    do {                                                                       \
        Object *tmp = (Object *)(op);                                          \
        if (tmp != (void *)0) {                                                \
            (op) = (void *)0;                                                  \
            API_DECREF(tmp);                                                   \
        }                                                                      \
    } while (0)
#define API_RETURN_NONE return API_INCREF(&api_none), &api_none
#define API_VISIT(op)                                                          \
    do {                                                                       \
        if (op) {                                                              \
            int vret = visit((Object *)(op), arg);                             \
            if (vret)                                                          \
                return vret;                                                   \
        }                                                                      \
    } while (0)
