#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression.
typedef struct cre2_pattern cre2_pattern;

/// Compiles a pattern that must match a whole text; memory is bounded by `max_bytes`.
///
/// NULL when it is no pattern or there is no memory; `message` then holds why, cut to `capacity` bytes with its
/// terminating zero.
cre2_pattern *cre2_compile(
    const char *pattern, size_t count, size_t max_bytes, char *message, size_t capacity);
void cre2_free(cre2_pattern *pattern);

/// Whether the whole text matches. Safe from any number of threads.
bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t count);

#ifdef __cplusplus
}
#endif
