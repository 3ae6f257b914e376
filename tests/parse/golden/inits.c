// Initialisers of locals.
struct in {
    int u, v;
};
struct s {
    int a;
    union {
        int b;
        char c;
    };
    struct in i;
    int arr[3];
    const char *name;
};
int g(int);

void locals(int n)
{
    int a = 1, b, *p = &a;
    int scalar = {2};
    struct s zero = {0};
    struct s positional = {1, 2, 3, 4, 5, 6, 7, "x"};
    struct s braced = {1, {2}, {3, 4}, {5}, .name = "y"};
    struct s designated = {.b = 1, .i.v = g(2), .arr[1] = 3, 4, "z"};
    struct in array[] = {{1, 2}, [2] = {.v = 3}, 4, 5};
    struct in copies[2] = {array[0], [1] = array[1]};
    int range[10] = {[2 ... 4] = 7, [9] = 1};
    int large[1000] = {[1 ... 900] = 1};
    char text[][4] = {"ab", {'c', 'd'}};
    char *fn = (char *)__func__;
    int matrix[2][2] = {1, 2, 3};
    int vla[n + 1];
}

int *literals(int n)
{
    struct in *p = &(struct in){1, n};

    g((struct in){.v = 2}.v);
    g((int){n});
    return (int[]){1, n, 3};
}
