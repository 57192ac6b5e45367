#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

// RE2 is C++: Swift sees these few functions.

struct cre2_pattern {
    re2::RE2 expression;
    cre2_pattern(const re2::StringPiece &text, const re2::RE2::Options &options) : expression(text, options) {}
};

extern "C" cre2_pattern *cre2_compile(
    const char *pattern, size_t count, size_t max_bytes, char *message, size_t capacity) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<int64_t>(max_bytes));
    options.set_dot_nl(true);
    std::unique_ptr<cre2_pattern> compiled(
        new (std::nothrow) cre2_pattern(re2::StringPiece(pattern, count), options));
    if (compiled && compiled->expression.ok()) return compiled.release();
    if (capacity > 0) {
        const char *text = compiled ? compiled->expression.error().c_str() : "out of memory";
        size_t length = std::min(std::strlen(text), capacity - 1);
        std::memcpy(message, text, length);
        message[length] = 0;
    }
    return nullptr;
}

extern "C" void cre2_free(cre2_pattern *pattern) { delete pattern; }

extern "C" bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t count) {
    return re2::RE2::FullMatch(re2::StringPiece(text, count), pattern->expression);
}
