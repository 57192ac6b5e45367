#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One file of the dashboard, compiled in.
typedef struct {
    /// Its name in the folder of this target.
    const char *name;
    /// Its bytes; a zero that does not count follows them.
    const uint8_t *bytes;
    size_t count;
} cdashboard_asset;

/// How many there are.
size_t cdashboard_count(void);
/// One of them, of 0 ..< `cdashboard_count()`.
cdashboard_asset cdashboard_asset_at(size_t index);

#ifdef __cplusplus
}
#endif
