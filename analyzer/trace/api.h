// api.h - the headers of the API, before their functions are wrapped.
//
// A prototype that is read after the wrappers are there would be taken for a
// call, so all headers that declare a wrapped function stand here. Arguments
// of "#" formats are Py_ssize_t for any extension that works with 3.10 and
// later; the macro that asks for it is left to the sources.

#ifdef PY_SSIZE_T_CLEAN
#include <Python.h>
#else
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#undef PY_SSIZE_T_CLEAN
#endif
#include <datetime.h>
#include <frameobject.h>
#include <marshal.h>
#include <structmember.h>
