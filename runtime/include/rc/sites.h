// sites.h - in the audit variant, each call of the runtime says where it
// stands.
//
// Every function that makes, counts or visits objects is here; a test compares
// the names with the headers. Included at the end of rc.h only, so that the
// declarations come before.

#ifndef RC_SITES_H
#define RC_SITES_H

#include "rc/audit.h"

// A function, because calls are sequenced: two calls of the runtime may be
// arguments of a third.
static inline void rc_at_(const char *file, int line, const char *function,
                          const char *call)
{
    rc_site_ = (struct rc_site){file, line, function, call};
}

#define RC_AT(call) rc_at_(__FILE__, __LINE__, __func__, call)

// rc/object.h
#define rc_init(...) (RC_AT("rc_init"), rc_init(__VA_ARGS__))
#define rc_fini(...) (RC_AT("rc_fini"), rc_fini(__VA_ARGS__))
#define rc_gc_touch(...) (RC_AT("rc_gc_touch"), rc_gc_touch(__VA_ARGS__))
#define rc_incref(...) (RC_AT("rc_incref"), rc_incref(__VA_ARGS__))
#define rc_decref(...) (RC_AT("rc_decref"), rc_decref(__VA_ARGS__))
#define rc_xincref(...) (RC_AT("rc_xincref"), rc_xincref(__VA_ARGS__))
#define rc_xdecref(...) (RC_AT("rc_xdecref"), rc_xdecref(__VA_ARGS__))
#define rc_newref(...) (RC_AT("rc_newref"), rc_newref(__VA_ARGS__))
#define rc_clear(...) (RC_AT("rc_clear"), rc_clear(__VA_ARGS__))
#define rc_setref(...) (RC_AT("rc_setref"), rc_setref(__VA_ARGS__))
#define rc_make_immortal(...)                                                  \
    (RC_AT("rc_make_immortal"), rc_make_immortal(__VA_ARGS__))
#define rc_is_immortal(...)                                                    \
    (RC_AT("rc_is_immortal"), rc_is_immortal(__VA_ARGS__))
#define rc_type_ready(...) (RC_AT("rc_type_ready"), rc_type_ready(__VA_ARGS__))
#define rc_new(...) (RC_AT("rc_new"), rc_new(__VA_ARGS__))
#define rc_new_sized(...) (RC_AT("rc_new_sized"), rc_new_sized(__VA_ARGS__))
#define rc_type_of(...) (RC_AT("rc_type_of"), rc_type_of(__VA_ARGS__))
#define rc_type_name(...) (RC_AT("rc_type_name"), rc_type_name(__VA_ARGS__))
#define rc_is(...) (RC_AT("rc_is"), rc_is(__VA_ARGS__))
#define rc_equal(...) (RC_AT("rc_equal"), rc_equal(__VA_ARGS__))
#define rc_hash(...) (RC_AT("rc_hash"), rc_hash(__VA_ARGS__))
#define rc_repr(...) (RC_AT("rc_repr"), rc_repr(__VA_ARGS__))

// rc/code.h
#define rc_function_new(...)                                                   \
    (RC_AT("rc_function_new"), rc_function_new(__VA_ARGS__))
#define rc_function_cell(...)                                                  \
    (RC_AT("rc_function_cell"), rc_function_cell(__VA_ARGS__))
#define rc_function_module(...)                                                \
    (RC_AT("rc_function_module"), rc_function_module(__VA_ARGS__))
#define rc_builtin_new(...)                                                    \
    (RC_AT("rc_builtin_new"), rc_builtin_new(__VA_ARGS__))
#define rc_builtin_self(...)                                                   \
    (RC_AT("rc_builtin_self"), rc_builtin_self(__VA_ARGS__))
#define rc_call(...) (RC_AT("rc_call"), rc_call(__VA_ARGS__))
#define rc_is_callable(...)                                                    \
    (RC_AT("rc_is_callable"), rc_is_callable(__VA_ARGS__))
#define rc_cell_new(...) (RC_AT("rc_cell_new"), rc_cell_new(__VA_ARGS__))
#define rc_cell_get(...) (RC_AT("rc_cell_get"), rc_cell_get(__VA_ARGS__))
#define rc_cell_set(...) (RC_AT("rc_cell_set"), rc_cell_set(__VA_ARGS__))
#define rc_class_new(...) (RC_AT("rc_class_new"), rc_class_new(__VA_ARGS__))
#define rc_class_name(...) (RC_AT("rc_class_name"), rc_class_name(__VA_ARGS__))
#define rc_class_is_sub(...)                                                   \
    (RC_AT("rc_class_is_sub"), rc_class_is_sub(__VA_ARGS__))
#define rc_instance_new(...)                                                   \
    (RC_AT("rc_instance_new"), rc_instance_new(__VA_ARGS__))
#define rc_instance_class(...)                                                 \
    (RC_AT("rc_instance_class"), rc_instance_class(__VA_ARGS__))
#define rc_module_new(...) (RC_AT("rc_module_new"), rc_module_new(__VA_ARGS__))
#define rc_attr_get(...) (RC_AT("rc_attr_get"), rc_attr_get(__VA_ARGS__))
#define rc_attr_set(...) (RC_AT("rc_attr_set"), rc_attr_set(__VA_ARGS__))
#define rc_attr_delete(...)                                                    \
    (RC_AT("rc_attr_delete"), rc_attr_delete(__VA_ARGS__))
#define rc_attrs(...) (RC_AT("rc_attrs"), rc_attrs(__VA_ARGS__))
#define rc_frame_enter(...)                                                    \
    (RC_AT("rc_frame_enter"), rc_frame_enter(__VA_ARGS__))
#define rc_frame_leave(...)                                                    \
    (RC_AT("rc_frame_leave"), rc_frame_leave(__VA_ARGS__))
#define rc_frame_current(...)                                                  \
    (RC_AT("rc_frame_current"), rc_frame_current(__VA_ARGS__))
#define rc_frame_back(...) (RC_AT("rc_frame_back"), rc_frame_back(__VA_ARGS__))
#define rc_frame_name(...) (RC_AT("rc_frame_name"), rc_frame_name(__VA_ARGS__))
#define rc_local_set(...) (RC_AT("rc_local_set"), rc_local_set(__VA_ARGS__))
#define rc_local_get(...) (RC_AT("rc_local_get"), rc_local_get(__VA_ARGS__))
#define rc_local_delete(...)                                                   \
    (RC_AT("rc_local_delete"), rc_local_delete(__VA_ARGS__))
#define rc_frame_locals(...)                                                   \
    (RC_AT("rc_frame_locals"), rc_frame_locals(__VA_ARGS__))

// rc/container.h
#define rc_tuple_new(...) (RC_AT("rc_tuple_new"), rc_tuple_new(__VA_ARGS__))
#define rc_tuple_pack(...) (RC_AT("rc_tuple_pack"), rc_tuple_pack(__VA_ARGS__))
#define rc_tuple_from(...) (RC_AT("rc_tuple_from"), rc_tuple_from(__VA_ARGS__))
#define rc_tuple_set(...) (RC_AT("rc_tuple_set"), rc_tuple_set(__VA_ARGS__))
#define rc_tuple_at(...) (RC_AT("rc_tuple_at"), rc_tuple_at(__VA_ARGS__))
#define rc_tuple_length(...)                                                   \
    (RC_AT("rc_tuple_length"), rc_tuple_length(__VA_ARGS__))
#define rc_is_tuple(...) (RC_AT("rc_is_tuple"), rc_is_tuple(__VA_ARGS__))
#define rc_list_new(...) (RC_AT("rc_list_new"), rc_list_new(__VA_ARGS__))
#define rc_list_pack(...) (RC_AT("rc_list_pack"), rc_list_pack(__VA_ARGS__))
#define rc_list_from(...) (RC_AT("rc_list_from"), rc_list_from(__VA_ARGS__))
#define rc_list_append(...)                                                    \
    (RC_AT("rc_list_append"), rc_list_append(__VA_ARGS__))
#define rc_list_push(...) (RC_AT("rc_list_push"), rc_list_push(__VA_ARGS__))
#define rc_list_insert(...)                                                    \
    (RC_AT("rc_list_insert"), rc_list_insert(__VA_ARGS__))
#define rc_list_set(...) (RC_AT("rc_list_set"), rc_list_set(__VA_ARGS__))
#define rc_list_at(...) (RC_AT("rc_list_at"), rc_list_at(__VA_ARGS__))
#define rc_list_pop(...) (RC_AT("rc_list_pop"), rc_list_pop(__VA_ARGS__))
#define rc_list_pop_at(...)                                                    \
    (RC_AT("rc_list_pop_at"), rc_list_pop_at(__VA_ARGS__))
#define rc_list_delete(...)                                                    \
    (RC_AT("rc_list_delete"), rc_list_delete(__VA_ARGS__))
#define rc_list_clear(...) (RC_AT("rc_list_clear"), rc_list_clear(__VA_ARGS__))
#define rc_list_extend(...)                                                    \
    (RC_AT("rc_list_extend"), rc_list_extend(__VA_ARGS__))
#define rc_list_reserve(...)                                                   \
    (RC_AT("rc_list_reserve"), rc_list_reserve(__VA_ARGS__))
#define rc_list_reverse(...)                                                   \
    (RC_AT("rc_list_reverse"), rc_list_reverse(__VA_ARGS__))
#define rc_list_length(...)                                                    \
    (RC_AT("rc_list_length"), rc_list_length(__VA_ARGS__))
#define rc_list_find(...) (RC_AT("rc_list_find"), rc_list_find(__VA_ARGS__))
#define rc_is_list(...) (RC_AT("rc_is_list"), rc_is_list(__VA_ARGS__))
#define rc_dict_new(...) (RC_AT("rc_dict_new"), rc_dict_new(__VA_ARGS__))
#define rc_dict_set(...) (RC_AT("rc_dict_set"), rc_dict_set(__VA_ARGS__))
#define rc_dict_get(...) (RC_AT("rc_dict_get"), rc_dict_get(__VA_ARGS__))
#define rc_dict_find(...) (RC_AT("rc_dict_find"), rc_dict_find(__VA_ARGS__))
#define rc_dict_contains(...)                                                  \
    (RC_AT("rc_dict_contains"), rc_dict_contains(__VA_ARGS__))
#define rc_dict_delete(...)                                                    \
    (RC_AT("rc_dict_delete"), rc_dict_delete(__VA_ARGS__))
#define rc_dict_pop(...) (RC_AT("rc_dict_pop"), rc_dict_pop(__VA_ARGS__))
#define rc_dict_set_text(...)                                                  \
    (RC_AT("rc_dict_set_text"), rc_dict_set_text(__VA_ARGS__))
#define rc_dict_get_text(...)                                                  \
    (RC_AT("rc_dict_get_text"), rc_dict_get_text(__VA_ARGS__))
#define rc_dict_delete_text(...)                                               \
    (RC_AT("rc_dict_delete_text"), rc_dict_delete_text(__VA_ARGS__))
#define rc_dict_clear(...) (RC_AT("rc_dict_clear"), rc_dict_clear(__VA_ARGS__))
#define rc_dict_length(...)                                                    \
    (RC_AT("rc_dict_length"), rc_dict_length(__VA_ARGS__))
#define rc_dict_next(...) (RC_AT("rc_dict_next"), rc_dict_next(__VA_ARGS__))
#define rc_dict_keys(...) (RC_AT("rc_dict_keys"), rc_dict_keys(__VA_ARGS__))
#define rc_dict_values(...)                                                    \
    (RC_AT("rc_dict_values"), rc_dict_values(__VA_ARGS__))
#define rc_is_dict(...) (RC_AT("rc_is_dict"), rc_is_dict(__VA_ARGS__))
#define rc_set_new(...) (RC_AT("rc_set_new"), rc_set_new(__VA_ARGS__))
#define rc_set_from(...) (RC_AT("rc_set_from"), rc_set_from(__VA_ARGS__))
#define rc_frozenset_from(...)                                                 \
    (RC_AT("rc_frozenset_from"), rc_frozenset_from(__VA_ARGS__))
#define rc_set_add(...) (RC_AT("rc_set_add"), rc_set_add(__VA_ARGS__))
#define rc_set_contains(...)                                                   \
    (RC_AT("rc_set_contains"), rc_set_contains(__VA_ARGS__))
#define rc_set_discard(...)                                                    \
    (RC_AT("rc_set_discard"), rc_set_discard(__VA_ARGS__))
#define rc_set_clear(...) (RC_AT("rc_set_clear"), rc_set_clear(__VA_ARGS__))
#define rc_set_length(...) (RC_AT("rc_set_length"), rc_set_length(__VA_ARGS__))
#define rc_set_next(...) (RC_AT("rc_set_next"), rc_set_next(__VA_ARGS__))
#define rc_is_set(...) (RC_AT("rc_is_set"), rc_is_set(__VA_ARGS__))
#define rc_length(...) (RC_AT("rc_length"), rc_length(__VA_ARGS__))
#define rc_contains(...) (RC_AT("rc_contains"), rc_contains(__VA_ARGS__))
#define rc_copy(...) (RC_AT("rc_copy"), rc_copy(__VA_ARGS__))
#define rc_deepcopy(...) (RC_AT("rc_deepcopy"), rc_deepcopy(__VA_ARGS__))

// rc/gc.h
#define rc_gc_enable(...) (RC_AT("rc_gc_enable"), rc_gc_enable(__VA_ARGS__))
#define rc_gc_disable(...) (RC_AT("rc_gc_disable"), rc_gc_disable(__VA_ARGS__))
#define rc_gc_is_enabled(...)                                                  \
    (RC_AT("rc_gc_is_enabled"), rc_gc_is_enabled(__VA_ARGS__))
#define rc_gc_collect(...) (RC_AT("rc_gc_collect"), rc_gc_collect(__VA_ARGS__))
#define rc_gc_collect_young(...)                                               \
    (RC_AT("rc_gc_collect_young"), rc_gc_collect_young(__VA_ARGS__))
#define rc_gc_set_threshold(...)                                               \
    (RC_AT("rc_gc_set_threshold"), rc_gc_set_threshold(__VA_ARGS__))
#define rc_gc_threshold(...)                                                   \
    (RC_AT("rc_gc_threshold"), rc_gc_threshold(__VA_ARGS__))
#define rc_gc_count(...) (RC_AT("rc_gc_count"), rc_gc_count(__VA_ARGS__))
#define rc_gc_stats(...) (RC_AT("rc_gc_stats"), rc_gc_stats(__VA_ARGS__))
#define rc_gc_callback_add(...)                                                \
    (RC_AT("rc_gc_callback_add"), rc_gc_callback_add(__VA_ARGS__))
#define rc_gc_callback_remove(...)                                             \
    (RC_AT("rc_gc_callback_remove"), rc_gc_callback_remove(__VA_ARGS__))
#define rc_gc_freeze(...) (RC_AT("rc_gc_freeze"), rc_gc_freeze(__VA_ARGS__))
#define rc_gc_unfreeze(...)                                                    \
    (RC_AT("rc_gc_unfreeze"), rc_gc_unfreeze(__VA_ARGS__))
#define rc_gc_frozen_count(...)                                                \
    (RC_AT("rc_gc_frozen_count"), rc_gc_frozen_count(__VA_ARGS__))
#define rc_gc_set_debug(...)                                                   \
    (RC_AT("rc_gc_set_debug"), rc_gc_set_debug(__VA_ARGS__))
#define rc_gc_debug(...) (RC_AT("rc_gc_debug"), rc_gc_debug(__VA_ARGS__))
#define rc_gc_set_legacy_finalizers(...)                                       \
    (RC_AT("rc_gc_set_legacy_finalizers"),                                     \
     rc_gc_set_legacy_finalizers(__VA_ARGS__))
#define rc_gc_garbage(...) (RC_AT("rc_gc_garbage"), rc_gc_garbage(__VA_ARGS__))
#define rc_gc_is_tracked(...)                                                  \
    (RC_AT("rc_gc_is_tracked"), rc_gc_is_tracked(__VA_ARGS__))
#define rc_gc_is_finalized(...)                                                \
    (RC_AT("rc_gc_is_finalized"), rc_gc_is_finalized(__VA_ARGS__))

// rc/sight.h
#define rc_id(...) (RC_AT("rc_id"), rc_id(__VA_ARGS__))
#define rc_id_text(...) (RC_AT("rc_id_text"), rc_id_text(__VA_ARGS__))
#define rc_exists(...) (RC_AT("rc_exists"), rc_exists(__VA_ARGS__))
#define rc_object_at(...) (RC_AT("rc_object_at"), rc_object_at(__VA_ARGS__))
#define rc_count_at(...) (RC_AT("rc_count_at"), rc_count_at(__VA_ARGS__))
#define rc_refcount(...) (RC_AT("rc_refcount"), rc_refcount(__VA_ARGS__))
#define rc_handle_of(...) (RC_AT("rc_handle_of"), rc_handle_of(__VA_ARGS__))
#define rc_handle_state(...)                                                   \
    (RC_AT("rc_handle_state"), rc_handle_state(__VA_ARGS__))
#define rc_handle_object(...)                                                  \
    (RC_AT("rc_handle_object"), rc_handle_object(__VA_ARGS__))
#define rc_heap_walk(...) (RC_AT("rc_heap_walk"), rc_heap_walk(__VA_ARGS__))
#define rc_gc_objects(...) (RC_AT("rc_gc_objects"), rc_gc_objects(__VA_ARGS__))
#define rc_referrers(...) (RC_AT("rc_referrers"), rc_referrers(__VA_ARGS__))
#define rc_referents(...) (RC_AT("rc_referents"), rc_referents(__VA_ARGS__))
#define rc_edges(...) (RC_AT("rc_edges"), rc_edges(__VA_ARGS__))
#define rc_who_holds(...) (RC_AT("rc_who_holds"), rc_who_holds(__VA_ARGS__))
#define rc_print_holders(...)                                                  \
    (RC_AT("rc_print_holders"), rc_print_holders(__VA_ARGS__))
#define rc_places(...) (RC_AT("rc_places"), rc_places(__VA_ARGS__))
#define rc_print_places(...)                                                   \
    (RC_AT("rc_print_places"), rc_print_places(__VA_ARGS__))
#define rc_heap_map(...) (RC_AT("rc_heap_map"), rc_heap_map(__VA_ARGS__))
#define rc_snapshot_new(...)                                                   \
    (RC_AT("rc_snapshot_new"), rc_snapshot_new(__VA_ARGS__))
#define rc_snapshot_free(...)                                                  \
    (RC_AT("rc_snapshot_free"), rc_snapshot_free(__VA_ARGS__))
#define rc_snapshot_objects(...)                                               \
    (RC_AT("rc_snapshot_objects"), rc_snapshot_objects(__VA_ARGS__))
#define rc_snapshot_diff(...)                                                  \
    (RC_AT("rc_snapshot_diff"), rc_snapshot_diff(__VA_ARGS__))
#define rc_snapshot_print_diff(...)                                            \
    (RC_AT("rc_snapshot_print_diff"), rc_snapshot_print_diff(__VA_ARGS__))
#define rc_graph_dot(...) (RC_AT("rc_graph_dot"), rc_graph_dot(__VA_ARGS__))
#define rc_graph_svg(...) (RC_AT("rc_graph_svg"), rc_graph_svg(__VA_ARGS__))
#define rc_graph_html(...) (RC_AT("rc_graph_html"), rc_graph_html(__VA_ARGS__))

// rc/value.h
#define rc_bool(...) (RC_AT("rc_bool"), rc_bool(__VA_ARGS__))
#define rc_int_new(...) (RC_AT("rc_int_new"), rc_int_new(__VA_ARGS__))
#define rc_int_value(...) (RC_AT("rc_int_value"), rc_int_value(__VA_ARGS__))
#define rc_int_add(...) (RC_AT("rc_int_add"), rc_int_add(__VA_ARGS__))
#define rc_int_sub(...) (RC_AT("rc_int_sub"), rc_int_sub(__VA_ARGS__))
#define rc_int_mul(...) (RC_AT("rc_int_mul"), rc_int_mul(__VA_ARGS__))
#define rc_int_floordiv(...)                                                   \
    (RC_AT("rc_int_floordiv"), rc_int_floordiv(__VA_ARGS__))
#define rc_int_mod(...) (RC_AT("rc_int_mod"), rc_int_mod(__VA_ARGS__))
#define rc_int_parse(...) (RC_AT("rc_int_parse"), rc_int_parse(__VA_ARGS__))
#define rc_is_int(...) (RC_AT("rc_is_int"), rc_is_int(__VA_ARGS__))
#define rc_float_new(...) (RC_AT("rc_float_new"), rc_float_new(__VA_ARGS__))
#define rc_float_value(...)                                                    \
    (RC_AT("rc_float_value"), rc_float_value(__VA_ARGS__))
#define rc_is_float(...) (RC_AT("rc_is_float"), rc_is_float(__VA_ARGS__))
#define rc_str_new(...) (RC_AT("rc_str_new"), rc_str_new(__VA_ARGS__))
#define rc_str_new_n(...) (RC_AT("rc_str_new_n"), rc_str_new_n(__VA_ARGS__))
#define rc_str_format(...) (RC_AT("rc_str_format"), rc_str_format(__VA_ARGS__))
#define rc_str_intern(...) (RC_AT("rc_str_intern"), rc_str_intern(__VA_ARGS__))
#define rc_str_intern_in_place(...)                                            \
    (RC_AT("rc_str_intern_in_place"), rc_str_intern_in_place(__VA_ARGS__))
#define rc_str_is_interned(...)                                                \
    (RC_AT("rc_str_is_interned"), rc_str_is_interned(__VA_ARGS__))
#define rc_str_text(...) (RC_AT("rc_str_text"), rc_str_text(__VA_ARGS__))
#define rc_str_bytes(...) (RC_AT("rc_str_bytes"), rc_str_bytes(__VA_ARGS__))
#define rc_str_length(...) (RC_AT("rc_str_length"), rc_str_length(__VA_ARGS__))
#define rc_str_concat(...) (RC_AT("rc_str_concat"), rc_str_concat(__VA_ARGS__))
#define rc_str_at(...) (RC_AT("rc_str_at"), rc_str_at(__VA_ARGS__))
#define rc_str_slice(...) (RC_AT("rc_str_slice"), rc_str_slice(__VA_ARGS__))
#define rc_str_equals(...) (RC_AT("rc_str_equals"), rc_str_equals(__VA_ARGS__))
#define rc_is_str(...) (RC_AT("rc_is_str"), rc_is_str(__VA_ARGS__))

// rc/weakref.h
#define rc_weakref_new(...)                                                    \
    (RC_AT("rc_weakref_new"), rc_weakref_new(__VA_ARGS__))
#define rc_weakref_get(...)                                                    \
    (RC_AT("rc_weakref_get"), rc_weakref_get(__VA_ARGS__))
#define rc_weakref_count(...)                                                  \
    (RC_AT("rc_weakref_count"), rc_weakref_count(__VA_ARGS__))

#endif
