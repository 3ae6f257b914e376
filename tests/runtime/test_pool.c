// test_pool.c - core/page.c, core/large.c, sight/stats.c: where objects live,
// what is given back, and what happens when there is no room.

#include "support.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Leaves and containers of any size; both hold a number that marks them.
struct blob {
    rc_object head;
    uint64_t number[];
};

static rc_type blob_type = {
    .name = "blob", .size = sizeof(struct blob), .item_size = 1};

struct box {
    rc_object head;
    rc_object *item;
    uint64_t number[];
};

static const uint16_t box_slots[] = {offsetof(struct box, item), 0};
static rc_type box_type = {.name = "box",
                           .size = sizeof(struct box),
                           .item_size = 1,
                           .slots = box_slots};

static int setup(void **state)
{
    if (begin_runtime(state) < 0 || rc_type_ready(&blob_type) < 0)
        return -1;
    return rc_type_ready(&box_type);
}

static rc_object *new_sized(bool is_container, size_t bytes)
{
    rc_type *type = is_container ? &box_type : &blob_type;

    return made(rc_new_sized(type, bytes - type->size));
}

static struct rc_pool_stats stats_now(void)
{
    struct rc_pool_stats stats;

    rc_pool_stats(&stats);
    return stats;
}

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static void shuffle(rc_object **objects, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = below(i);
        rc_object *o = objects[i - 1];

        objects[i - 1] = objects[k];
        objects[k] = o;
    }
}

// ---- stats ----

static void assert_added(const struct rc_pool_stats *before, size_t n,
                         bool is_container, size_t bytes)
{
    struct rc_pool_stats s = stats_now();
    bool is_large = bytes > RC_POOL_MAX;
    size_t slot = round_up(bytes, 16);

    assert_int_equal(s.objects, before->objects + n);
    assert_int_equal(s.containers, before->containers + (is_container ? n : 0));
    assert_int_equal(s.pool_objects, before->pool_objects + (is_large ? 0 : n));
    assert_int_equal(s.large_objects,
                     before->large_objects + (is_large ? n : 0));
    assert_int_equal(s.used_bytes,
                     before->used_bytes + (is_large ? 0 : n * slot));
    assert_int_equal(s.body_bytes, before->body_bytes);
    assert_int_equal(s.pool_bytes, s.pages * RC_PAGE_BYTES);
    assert_true(s.used_bytes <= s.pool_bytes);
    assert_true(s.peak_bytes >= s.pool_bytes + s.large_bytes + s.body_bytes);
    if (!IS_AUDITED) // where freed ones are kept for a while
        assert_true(is_large ? s.large_bytes >= n * bytes
                             : s.large_bytes == before->large_bytes);
}

static void test_stats(void **state)
{
    static const size_t sizes[] = {24,  32,   33,   48,    64,    100,
                                   255, 256,  496,  497,   512,   513,
                                   528, 1000, 4096, 65536, 65537, 100000};
    enum { OBJECTS = 50 };

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(sizes); i++) {
        bool is_container = i % 2;
        size_t bytes = sizes[i / 2];
        struct rc_pool_stats before = stats_now();
        rc_object *objects[OBJECTS];

        print_message("%zu bytes%s\n", bytes, is_container ? ", box" : "");
        for (size_t k = 0; k < OBJECTS; k++)
            objects[k] = new_sized(is_container, bytes);
        assert_added(&before, OBJECTS, is_container, bytes);
        assert_int_equal(stats_now().allocations, before.allocations + OBJECTS);
        for (size_t k = 0; k < OBJECTS; k++)
            rc_decref(objects[k]);
        assert_added(&before, 0, is_container, bytes);
    }
}

static void test_bodies(void **state)
{
    struct rc_pool_stats before = stats_now();
    rc_object *list = made(rc_list_new());
    unsigned char *body = rc_body_new(100);

    (void)state;
    assert_non_null(body);
    assert_int_equal(stats_now().body_bytes, before.body_bytes + 100);
    memset(body, 7, 100);
    body = rc_body_resize(body, 100, 5000);
    assert_non_null(body);
    assert_int_equal(stats_now().body_bytes, before.body_bytes + 5000);
    for (int i = 0; i < 100; i++)
        assert_int_equal(body[i], 7);
    body = rc_body_resize(body, 5000, 50);
    assert_non_null(body);
    assert_int_equal(stats_now().body_bytes, before.body_bytes + 50);
    rc_body_free(body, 50);
    rc_body_free(NULL, 0);
    assert_int_equal(rc_list_reserve(list, 1000), 0);
    assert_int_equal(stats_now().body_bytes,
                     before.body_bytes + 1000 * sizeof(rc_object *));
    rc_decref(list);
    assert_int_equal(stats_now().body_bytes, before.body_bytes);
    body = rc_body_new(0);
    assert_non_null(body);
    body = rc_body_resize(body, 0, 0);
    assert_non_null(body);
    rc_body_free(body, 0);
    assert_true(stats_now().peak_bytes >= before.body_bytes + 8000);
}

static void test_bodies_too_large(void **state)
{
    unsigned char *body = rc_body_new(16);
    size_t before = stats_now().body_bytes;

    (void)state;
    assert_non_null(body);
    memset(body, 9, 16);
    if (!IS_SANITIZED) { // which stops the program for such sizes
        assert_null(rc_body_new(SIZE_MAX / 2 + 1));
        assert_error(RC_ERROR_MEMORY);
        assert_null(rc_body_resize(body, 16, SIZE_MAX / 2 + 1));
        assert_error(RC_ERROR_MEMORY);
    }
    assert_int_equal(stats_now().body_bytes, before);
    assert_int_equal(body[15], 9);
    rc_body_free(body, 16);
}

// ---- sizes ----

struct sizes {
    struct rc_size_stats of[2][RC_POOL_MAX / 16 + 1];
    size_t calls, last;
    size_t stop_after;
};

static int see_size(const struct rc_size_stats *stats, void *arg)
{
    struct sizes *s = arg;

    assert_int_equal(stats->slot_bytes % 16, 0);
    assert_in_range(stats->slot_bytes, 16, RC_POOL_MAX);
    assert_true(stats->slot_bytes >= s->last); // in order
    assert_true(stats->pages > 0);
    assert_true(stats->used <= stats->slots);
    assert_true(stats->slots * stats->slot_bytes
                <= stats->pages * RC_PAGE_BYTES);
    s->last = stats->slot_bytes;
    s->of[stats->is_container][stats->slot_bytes / 16] = *stats;
    return ++s->calls == s->stop_after ? 42 : 0;
}

static void test_sizes(void **state)
{
    rc_object *objects[2][RC_POOL_MAX / 8];
    struct sizes s = {.stop_after = 3};
    size_t n = 0;

    (void)state;
    for (size_t bytes = 24; bytes <= RC_POOL_MAX; bytes += 8, n++) {
        objects[0][n] = new_sized(false, bytes);
        objects[1][n] = new_sized(true, bytes);
    }
    assert_int_equal(rc_pool_sizes(see_size, &s), 42);
    assert_int_equal(s.calls, 3);
    s = (struct sizes){.stop_after = 0};
    assert_int_equal(rc_pool_sizes(see_size, &s), 0);
    for (size_t i = 3; i <= RC_POOL_MAX / 16; i++) {
        assert_int_equal(s.of[0][i].used, 2);
        assert_int_equal(s.of[1][i].used, 2);
        assert_int_equal(s.of[0][i].slots, RC_PAGE_BYTES / (16 * i));
    }
    for (size_t i = 0; i < n; i++) {
        rc_decref(objects[0][i]);
        rc_decref(objects[1][i]);
    }
}

// ---- pages ----

// Objects that are all used: each has a number of its own, which must be there
// when it goes.
static size_t mark(rc_object *o, uint64_t number)
{
    uint64_t *at = o->type == &box_type ? ((struct box *)(void *)o)->number
                                        : ((struct blob *)(void *)o)->number;

    at[0] = number;
    return number;
}

static uint64_t marked(rc_object *o)
{
    return o->type == &box_type ? ((struct box *)(void *)o)->number[0]
                                : ((struct blob *)(void *)o)->number[0];
}

static void check_all(rc_object **objects, const uint64_t *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(marked(objects[i]), numbers[i]);
}

// Many, of all sizes, freed in random order and made again, over and over: no
// two share memory, and the pages are enough for the next ones.
static void test_random_order(void **state)
{
    size_t n = scaled(300000), pages = 0;
    rc_object **objects = calloc(n, sizeof(*objects));
    struct rc_pool_stats before = stats_now();

    (void)state;
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < n; i++) {
            objects[i] = new_sized(i % 2, 32 + i * 7 % 200);
            mark(objects[i], rc_id(objects[i]) ^ 0x5555);
        }
        assert_int_equal(stats_now().objects, before.objects + n);
        shuffle(objects, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(marked(objects[i]), rc_id(objects[i]) ^ 0x5555);
            rc_decref(objects[i]);
        }
        assert_int_equal(stats_now().objects, before.objects);
        assert_int_equal(stats_now().used_bytes, before.used_bytes);
        if (round == 0)
            pages = stats_now().pages + stats_now().pages_kept;
        if (!IS_AUDITED)
            assert_in_range(stats_now().pages + stats_now().pages_kept, 0,
                            pages + 64);
    }
    free(objects);
}

static void test_million(void **state)
{
    size_t n = scaled(1000000);
    rc_object **objects = calloc(n, sizeof(*objects));
    size_t made_pages = stats_now().pages_made, peak;

    (void)state;
    for (size_t i = 0; i < n; i++)
        objects[i] = new_node(NULL, NULL);
    peak = stats_now().peak_bytes;
    assert_true(peak >= n * sizeof(struct node));
    assert_int_equal(stats_now().pages_made - made_pages,
                     n / (RC_PAGE_BYTES / 32) + (n % (RC_PAGE_BYTES / 32) > 0));
    shuffle(objects, n);
    for (size_t i = 0; i < n; i++)
        rc_decref(objects[i]);
    assert_int_equal(stats_now().peak_bytes, peak);
    assert_int_equal(stats_now().objects, 0);
    free(objects);
}

static void test_trim(void **state)
{
    size_t n = scaled(100000);
    rc_object **objects = calloc(n, sizeof(*objects));
    struct rc_pool_stats s;
    size_t given_back;

    (void)state;
    if (IS_AUDITED) { // pages become empty when what is kept there goes
        free(objects);
        return;
    }
    for (size_t i = 0; i < n; i++)
        objects[i] = new_sized(i % 2, 64);
    assert_int_equal(rc_pool_trim(), 0);
    for (size_t i = 0; i < n; i++) {
        if (i != n / 2 && i != n / 2 + 1)
            rc_decref(objects[i]);
    }
    s = stats_now();
    given_back = s.pages_given_back;
    assert_true(s.pages <= 4); // those of the two, and the current ones
    assert_true(s.pages_kept >= n / 1024 - 4);
    assert_int_equal(rc_pool_trim(), s.pages_kept);
    assert_int_equal(stats_now().pages_kept, 0);
    assert_int_equal(stats_now().pages_given_back, given_back + s.pages_kept);
    assert_int_equal(stats_now().pages, s.pages);
    assert_int_equal(rc_pool_trim(), 0);
    assert_true(rc_exists(rc_id(objects[n / 2])));
    rc_decref(objects[n / 2]);
    rc_decref(objects[n / 2 + 1]);
    for (size_t i = 0; i < n; i++) { // the memory is zero again
        objects[i] = new_sized(i % 2, 64);
        assert_int_equal(marked(objects[i]), 0);
        mark(objects[i], i);
    }
    for (size_t i = 0; i < n; i++)
        rc_decref(objects[i]);
    free(objects);
}

// Kept pages that nothing has needed between two collections go back.
static void test_decay(void **state)
{
    size_t n = 50000;
    rc_object *list;

    (void)state;
    if (IS_AUDITED)
        return;
    list = made(rc_list_new());
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    rc_decref(list);
    assert_true(stats_now().pages_kept > 10);
    rc_gc_collect();
    rc_gc_collect();
    rc_gc_collect();
    assert_in_range(stats_now().pages_kept, 0, 3);
}

// A slot that is free is used before a new page is.
static void test_reuse(void **state)
{
    enum { OBJECTS = 20000, CHURN = 200000 };
    rc_object **objects = calloc(OBJECTS, sizeof(*objects));
    uint64_t *numbers = calloc(OBJECTS, sizeof(*numbers));
    size_t most = at_most(CHURN, scaled(CHURN)), pages;

    (void)state;
    if (is_stressed())
        most = 0;
    for (size_t i = 0; i < OBJECTS && most; i++) {
        objects[i] = new_sized(false, 48);
        numbers[i] = mark(objects[i], i + 1);
    }
    pages = stats_now().pages;
    for (size_t i = 0; i < most; i++) {
        size_t k = below(OBJECTS);

        rc_decref(objects[k]);
        objects[k] = new_sized(false, 48);
        numbers[k] = mark(objects[k], i << 20 | k);
    }
    if (!IS_AUDITED)
        assert_in_range(stats_now().pages, pages - 1, pages + 1);
    check_all(objects, numbers, most ? OBJECTS : 0);
    for (size_t i = 0; i < OBJECTS && most; i++)
        rc_decref(objects[i]);
    free(objects);
    free(numbers);
}

// Large ones among others, which are freed one by one in random order.
static void test_large(void **state)
{
    enum { OBJECTS = 500 };
    rc_object *objects[OBJECTS];

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < OBJECTS; i++) {
            objects[i] = new_sized(i % 3 == 0, 500 + i * 17 % 3000);
            assert_true(rc_exists(rc_id(objects[i])));
            assert_ptr_equal(rc_object_at(rc_id(objects[i])), objects[i]);
        }
        shuffle(objects, OBJECTS);
        for (size_t i = 0; i < OBJECTS; i++) {
            rc_decref(objects[i]);
            assert_false(rc_exists(rc_id(objects[i])));
            if (i % 100 == 0)
                rc_gc_collect();
        }
        assert_int_equal(stats_now().large_objects, 0);
    }
}

// ---- short of address space ----

// The program in the child; cmocka's asserts are the parent's.
#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);            \
            _exit(1);                                                          \
        }                                                                      \
    } while (0)

static size_t address_space(void)
{
    size_t pages = 0;
    FILE *in = fopen("/proc/self/statm", "r");

    REQUIRE(in && fscanf(in, "%zu", &pages) == 1);
    fclose(in);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit_address_space(size_t more)
{
    struct rlimit limit;

    limit.rlim_cur = limit.rlim_max = address_space() + more;
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
}

// Nodes in a chain, and knots that only a collection ends, until no more can be
// made.
static size_t fill(rc_object **ret_chain, size_t most)
{
    size_t n = 0;

    for (*ret_chain = NULL; n < most; n++) {
        rc_object *o = rc_new(n % 5 == 4 ? &giant_type : &node_type);

        if (!o)
            break;
        node_of(o)->left = *ret_chain;
        if (n % 3 == 0)
            node_of(o)->right = rc_newref(o);
        *ret_chain = o;
    }
    return n;
}

static void use_what_there_is(size_t least, size_t most)
{
    struct rc_pool_stats stats;
    rc_object *chain, *leaf;
    size_t first = 0;

    for (int round = 0; round < 3; round++) {
        size_t n = fill(&chain, most), found;

        REQUIRE(n >= least);
        if (n < most) {
            REQUIRE(rc_error_code() == RC_ERROR_MEMORY);
            rc_error_clear();
            leaf = rc_int_new(123456);
            REQUIRE(leaf || rc_error_code() == RC_ERROR_MEMORY);
            rc_xdecref(leaf);
        }
        first = first ? first : n;
        REQUIRE(n >= first / 2);
        REQUIRE(rc_exists(rc_id(chain)));
        rc_decref(chain);
        found = rc_gc_collect();
        REQUIRE(found > 0);
        rc_gc_collect();
        rc_pool_stats(&stats);
        REQUIRE(stats.objects == 0);
        rc_pool_trim();
        rc_error_clear();
    }
}

static void run_child(size_t more, size_t least, size_t most)
{
    unsetenv("RC_AUDIT"); // whose own memory may not run out
    unsetenv("RC_GC_STRESS");
    limit_address_space(more);
    REQUIRE(begin_runtime(NULL) == 0);
    use_what_there_is(least, most);
    REQUIRE(rc_fini() == 0);
    REQUIRE(begin_runtime(NULL) == 0);
    use_what_there_is(1000, 1000);
    REQUIRE(rc_fini() == 0);
    _exit(0);
}

static void test_address_space(void **state)
{
    static const struct {
        size_t more;  // MiB that the runtime can have
        size_t least; // objects that there must be room for
        size_t most;
    } cases[] = {
        {1 << 20, 50000, 50000}, {20000, 50000, 50000}, {1000, 50000, 50000},
        {100, 80000, 1000000},   {64, 40000, 1000000},  {40, 20000, 1000000},
        {16, 8000, 1000000},     {9, 2000, 1000000},    {5, 2000, 1000000},
        {3, 3000, 1000000},      {2, 2000, 1000000},
    };

    (void)state;
    if (IS_SANITIZED) // which needs all of it
        return;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int status = 0;
        pid_t child;

        print_message("%zu MiB\n", cases[i].more);
        fflush(NULL);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            run_child(cases[i].more << 20, cases[i].least, cases[i].most);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, setup, end_runtime)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_stats),
        UNIT(test_bodies),
        UNIT(test_bodies_too_large),
        UNIT(test_sizes),
        UNIT(test_random_order),
        UNIT(test_million),
        UNIT(test_trim),
        UNIT(test_decay),
        UNIT(test_reuse),
        UNIT(test_large),
        cmocka_unit_test(test_address_space),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
