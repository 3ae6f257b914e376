// fails.h - for generated functions: when they run, each call that may fail
// fails in some run, whether or not it has a reason. What is analysed is the
// contract.
//
// rc_list_at() is not here: it fails only when it is misused.

#ifndef TESTS_DIFFERENTIAL_FAILS_H
#define TESTS_DIFFERENTIAL_FAILS_H

#include "drive.h"

#ifdef RC_AUDIT

#define DRIVE(failure, name, ...)                                              \
    (RC_AT(#name), drive_fails() ? (failure) : (name)(__VA_ARGS__))

#undef rc_float_new
#undef rc_list_new
#undef rc_list_pack
#undef rc_list_append
#undef rc_list_push
#undef rc_list_pop
#undef rc_dict_new
#undef rc_dict_set_text
#undef rc_dict_get_text
#define rc_float_new(...) DRIVE(NULL, rc_float_new, __VA_ARGS__)
#define rc_list_new(...) DRIVE(NULL, rc_list_new, __VA_ARGS__)
#define rc_list_pack(...) DRIVE(NULL, rc_list_pack, __VA_ARGS__)
#define rc_list_append(list, item)                                             \
    (RC_AT("rc_list_append"), drive_fails() ? drive_append_fails(list, item)   \
                                            : (rc_list_append)(list, item))
#define rc_list_push(list, item)                                               \
    (RC_AT("rc_list_push"), drive_fails() ? drive_push_fails(list, item)       \
                                          : (rc_list_push)(list, item))
#define rc_list_pop(list)                                                      \
    (RC_AT("rc_list_pop"),                                                     \
     drive_fails() ? drive_gives_nothing(list) : (rc_list_pop)(list))
#define rc_dict_new(...) DRIVE(NULL, rc_dict_new, __VA_ARGS__)
#define rc_dict_set_text(dict, key, value)                                     \
    (RC_AT("rc_dict_set_text"), drive_fails()                                  \
                                    ? drive_append_fails(dict, value)          \
                                    : (rc_dict_set_text)(dict, key, value))
#define rc_dict_get_text(dict, key)                                            \
    (RC_AT("rc_dict_get_text"), drive_fails() ? drive_gives_nothing(dict)      \
                                              : (rc_dict_get_text)(dict, key))

#endif

#endif
