#pragma once
#ifdef __cplusplus
extern "C" {
#endif
/// The name of the instruction set that simdjson chose for this CPU.
const char *csimdjson_implementation(void);
#ifdef __cplusplus
}
#endif
