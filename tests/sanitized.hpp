#pragma once
// Whether a sanitizer is at work that takes room of its own and makes all slower:
// PUNCTUAL_SANITIZED.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PUNCTUAL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PUNCTUAL_SANITIZED 1
#endif
#endif
