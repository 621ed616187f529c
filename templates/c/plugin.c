/* Refuses records without a value, and accepts all others. */
#include "blink_plugin.h"

void blink_init(void) {
    blink_log(BLINK_INFO, BLINK_TEXT("Hello from {{name}}"));
}

bool blink_on_record(blink_text topic, uint32_t partition, const blink_text *key, blink_text value) {
    (void)topic, (void)partition, (void)key;
    if (value.length == 0) {
        blink_log(BLINK_WARN, BLINK_TEXT("the value is empty"));
        return false;
    }
    return true;
}
