#include "csimdjson.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

struct csimdjson_document {
    simdjson::dom::document parsed;
};

namespace {

char tag(uint64_t word) { return char(word >> 56); }
uint64_t payload(uint64_t word) { return word & 0x00FF'FFFF'FFFF'FFFF; }

/// The tape index after the value that starts at `index`.
size_t after(const uint64_t *tape, size_t index) {
    switch (tag(tape[index])) {
    case '[':
    case '{':
        return size_t(payload(tape[index]) & 0xFFFF'FFFF);
    case 'l':
    case 'u':
    case 'd':
        return index + 2;
    default:
        return index + 1;
    }
}

std::string_view string_at(const csimdjson_document *document, size_t index) {
    const uint8_t *start = document->parsed.string_buf.get() + payload(document->parsed.tape[index]);
    uint32_t length;
    std::memcpy(&length, start, sizeof length);
    return {reinterpret_cast<const char *>(start + sizeof length), length};
}

bool has_twins(std::vector<std::string_view> &keys) {
    constexpr size_t few = 8;
    if (keys.size() <= few) {
        for (size_t i = 1; i < keys.size(); i++)
            for (size_t j = 0; j < i; j++)
                if (keys[i] == keys[j]) return true;
        return false;
    }
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// Writes a number that has at most six decimals and fifteen digits, which is several times faster than `to_chars`.
///
/// Two different decimals of at most fifteen digits are never the same double, so the one found is the shortest.
/// Returns null, with nothing written, for any other number.
char *write_short_decimal(double value, char *out) {
    constexpr double scale = 1e6, most = 1e9;
    if (!(std::fabs(value) < most)) return nullptr;
    const double scaled = std::nearbyint(value * scale);
    if (scaled / scale != value) return nullptr;
    uint64_t digits = uint64_t(std::fabs(scaled));
    if (std::signbit(value)) *out++ = '-';
    out = std::to_chars(out, out + 10, digits / 1'000'000).ptr;
    uint32_t decimals = uint32_t(digits % 1'000'000);
    if (decimals == 0) return out;
    *out++ = '.';
    for (uint32_t unit = 100'000; decimals != 0; unit /= 10) {
        *out++ = char('0' + decimals / unit);
        decimals %= unit;
    }
    return out;
}

char *write_double(double value, char *out) {
    if (!std::isfinite(value)) return std::copy_n("null", 4, out);
    if (value == 0 && std::signbit(value)) return std::copy_n("-0.0", 4, out);
    if (char *after_decimal = write_short_decimal(value, out)) return after_decimal;
    char *end = out + csimdjson_number_bytes;
    // From 2^53 on doubles are whole numbers, and readers may not take integers of that size.
    if (std::fabs(value) >= 9007199254740992.0)
        return std::to_chars(out, end, value, std::chars_format::scientific).ptr;
    if (value == std::trunc(value)) return std::to_chars(out, end, int64_t(value)).ptr;
    return std::to_chars(out, end, value).ptr;
}

}  // namespace

const char *csimdjson_implementation(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}

csimdjson_document *csimdjson_parse(
    const uint8_t *bytes, size_t count, size_t max_depth, const char **message) {
    auto *document = new (std::nothrow) csimdjson_document;
    if (document == nullptr) {
        *message = simdjson::error_message(simdjson::MEMALLOC);
        return nullptr;
    }
    simdjson::dom::parser parser;
    // simdjson refuses the container that reaches the depth it is given.
    auto error = parser.allocate(count, max_depth + 1);
    if (!error) error = parser.parse_into_document(document->parsed, bytes, count).error();
    if (error) {
        *message = simdjson::error_message(error);
        delete document;
        return nullptr;
    }
    return document;
}

void csimdjson_free(csimdjson_document *document) { delete document; }

const uint64_t *csimdjson_tape(const csimdjson_document *document) { return document->parsed.tape.get(); }

const uint8_t *csimdjson_strings(const csimdjson_document *document) {
    return document->parsed.string_buf.get();
}

bool csimdjson_has_duplicate_keys(const csimdjson_document *document) {
    const uint64_t *tape = document->parsed.tape.get();
    const size_t end = size_t(payload(tape[0]) & 0xFFFF'FFFF);
    std::vector<std::string_view> keys;
    for (size_t i = 1; i < end; i += (tag(tape[i]) == 'l' || tag(tape[i]) == 'u' || tag(tape[i]) == 'd') ? 2 : 1) {
        if (tag(tape[i]) != '{') continue;
        const size_t close = after(tape, i) - 1;
        keys.clear();
        for (size_t key = i + 1; key < close; key = after(tape, key + 1))
            keys.push_back(string_at(document, key));
        if (has_twins(keys)) return true;
    }
    return false;
}

size_t csimdjson_doubles(
    const csimdjson_document *document, size_t array, bool null_as_nan, double *out) {
    const uint64_t *tape = document->parsed.tape.get();
    const size_t close = after(tape, array) - 1;
    size_t count = 0;
    for (size_t i = array + 1; i < close; count++) {
        switch (tag(tape[i])) {
        case 'd':
            std::memcpy(&out[count], &tape[i + 1], sizeof(double));
            i += 2;
            break;
        case 'l':
            out[count] = double(int64_t(tape[i + 1]));
            i += 2;
            break;
        case 'u':
            out[count] = double(tape[i + 1]);
            i += 2;
            break;
        case 'n':
            if (!null_as_nan) return count;
            out[count] = std::numeric_limits<double>::quiet_NaN();
            i += 1;
            break;
        default:
            return count;
        }
    }
    return count;
}

size_t csimdjson_write_doubles(const double *values, size_t count, char *out) {
    char *const start = out;
    for (size_t i = 0; i < count; i++) {
        if (i != 0) *out++ = ',';
        out = write_double(values[i], out);
    }
    return size_t(out - start);
}
