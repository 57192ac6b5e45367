#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The name of the instruction set that simdjson chose for this CPU.
const char *csimdjson_implementation(void);

/// A parsed text: simdjson's tape and its string buffer.
///
/// Tape format: https://github.com/simdjson/simdjson/blob/v3.0.1/doc/tape.md
typedef struct csimdjson_document csimdjson_document;

/// Parses a text; it is copied, so nothing of it is needed afterwards.
///
/// Containers may nest `max_depth` deep. NULL when it is not JSON or there is no memory; `*message` then says what
/// simdjson says, a constant.
csimdjson_document *csimdjson_parse(
    const uint8_t *bytes, size_t count, size_t max_depth, const char **message);
void csimdjson_free(csimdjson_document *document);

/// The tape: word 0 is the root, word 1 the first word of the value.
const uint64_t *csimdjson_tape(const csimdjson_document *document);
/// The strings: at each offset four bytes of length, then UTF-8.
const uint8_t *csimdjson_strings(const csimdjson_document *document);

/// Whether any object of the document has the same key twice.
bool csimdjson_has_duplicate_keys(const csimdjson_document *document);

/// Copies the numbers of the array at a tape index, as many as it has.
///
/// Returns how many elements were copied before the first that is no number (with `null_as_nan`: nor null); when
/// all were, that is the count of the array.
size_t csimdjson_doubles(
    const csimdjson_document *document, size_t array, bool null_as_nan, double *out);

/// The most bytes that one number needs, with its comma.
enum { csimdjson_number_bytes = 25 };

/// Writes numbers separated by commas, in the shortest form that reads back as the same bits; what is not finite
/// becomes null. `out` has room for `count * csimdjson_number_bytes`. Returns the bytes written.
size_t csimdjson_write_doubles(const double *values, size_t count, char *out);

#ifdef __cplusplus
}
#endif
