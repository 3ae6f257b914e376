// Code in a table that people know by the names of macros.

struct object;
typedef int (*compare)(struct object *, struct object *);
struct api {
    int (*size)(struct object *);
};

extern void **table;
extern compare by_number[];
extern struct api *members;

#define object_new \
        (*(struct object * (*)(int)) \
         table[3]) /* new */
#define object_size (*(int (*)(struct object *)) table[4]) // size
#define object_compare by_number[5]
#define object_api_size members->size

// Not the name of what is called.
#define object_first (*(struct object * (*)(int)) table[6])(1)
#define object_at(n) (*(struct object * (*)(int)) table[7])
#define object_twice object_new

struct object *made(int n)
{
    struct object *o = object_new(n);

    if (object_size(o) > object_compare(o, o))
        return object_new(object_size(o));
    if (object_api_size(o))
        return object_first;
    return n ? object_at(n)(n) : object_twice(n);
}

compare chosen(void)
{
    return object_compare;
}

int (*sized(void))(struct object *)
{
    return object_size;
}
