// lex.h - one line of a rules file as tokens.

#ifndef CONTRACT_LEX_H
#define CONTRACT_LEX_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

// Characters that are tokens of their own are their own kind.
enum token_kind {
    TOK_END = 0,
    TOK_WORD = 256, // letters, digits, _ and inner hyphens
    TOK_INT,
    TOK_VERSION, // 3.12; value is 312
    TOK_STRING,
    TOK_NOTE,     // all behind ";"
    TOK_ARROW,    // ->
    TOK_DOTDOT,   // ..
    TOK_ELLIPSIS, // ...
    TOK_LE,       // <=
    TOK_GE        // >=
};

struct token {
    int kind;
    const char *text; // WORD, STRING (unescaped), NOTE: in the arena
    int64_t value;    // INT, VERSION
    const char *at;   // where it stands in the source, for messages
    int len;
};

struct lexer {
    struct arena *arena;
    const char *path;
    long line;
    const char *at; // the rest of the line
    struct token *tokens;
    size_t ntokens, cap;
    struct err *err;
};

// Turn the line at lx->at into lx->tokens, the last of which is TOK_END, and
// set lx->at behind its newline. Returns 0, or -1 with lx->err filled in.
int lex_line(struct lexer *lx);

#endif
