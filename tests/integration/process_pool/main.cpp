// The tests, and the workers that they start.
#include <punctual/executors/process_pool.hpp>

#include <gmock/gmock.h>

int main(int argc, char** argv) {
    if (const auto code = punctual::process_worker(argc, argv)) return *code;
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
