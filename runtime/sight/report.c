// report.c - see report.h.

#include "sight/report.h"

#include <errno.h>
#include <string.h>

int report_end(FILE *out)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return 0;
    rc_error_set(RC_ERROR_IO, "cannot write the report: %s",
                 errno ? strerror(errno) : "an earlier write failed");
    return -1;
}

void report_xml(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

void report_dot(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

// No text can end the script that it stands in.
void report_json(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if (*text == '<')
            fputs("\\u003c", out);
        else
            fputc(*text, out);
    }
}
