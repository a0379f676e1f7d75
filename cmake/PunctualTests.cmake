# How tests are made.

# punctual_unit_test(layer)
# tests/unit/layer/*.cpp as test-layer, linked with the layers up to it, so that a layer is tested
# without those below it.
function(punctual_unit_test layer)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${layer}/*.cpp)
    if(NOT sources OR NOT TARGET punctual-${layer})
        return()
    endif()
    add_executable(test-${layer} ${sources})
    get_property(layers GLOBAL PROPERTY PUNCTUAL_LAYERS)
    foreach(used IN LISTS layers)
        target_sources(test-${layer} PRIVATE $<TARGET_OBJECTS:punctual-${used}>)
        if(used STREQUAL layer)
            break()
        endif()
    endforeach()
    get_target_property(links punctual-${layer} LINK_LIBRARIES)
    target_link_libraries(test-${layer} PRIVATE ${links})
    punctual_discover_tests(test-${layer})
endfunction()

# punctual_test(name [LINK library…] [EXCEPT source…])
# The *.cpp of the folder that calls it as test-name, linked with the whole core and LINK; without
# those of components that are not built, and those that EXCEPT names.
function(punctual_test name)
    cmake_parse_arguments(ARG "" "" "LINK;EXCEPT" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    list(TRANSFORM ARG_EXCEPT PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(REMOVE_ITEM sources ${ARG_EXCEPT})
    punctual_without_missing_components(sources)
    if(NOT sources)
        return()
    endif()
    add_executable(test-${name} ${sources})
    target_link_libraries(test-${name} PRIVATE punctual-flags punctual::punctual ${ARG_LINK})
    punctual_discover_tests(test-${name})
endfunction()

# punctual_discover_tests(target): each of its tests becomes one of ctest.
function(punctual_discover_tests target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(${target} PRIVATE
        GTest::gmock GTest::gtest_main rapidcheck rapidcheck_gtest)
    # Tests are compiled more often than they run: this takes two thirds of the time.
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
