# The headers that most files include, parsed once: for builds whose time counts (the sanitizers'). The release build goes
# without, so that each file is known to include what it uses.
find_package(nlohmann_json 3.11 REQUIRED)
add_library(leat_precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
target_link_libraries(leat_precompiled PRIVATE leat_options nlohmann_json::nlohmann_json)
target_precompile_headers(leat_precompiled PRIVATE
  <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <random> <set> <stop_token>
  <string> <string_view> <thread> <vector> <nlohmann/json.hpp>)

# Every C++ target of a folder and of the folders below it uses them.
function(leat_precompile folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    get_target_property(sources ${target} SOURCES)
    if(type STREQUAL UTILITY OR type STREQUAL INTERFACE_LIBRARY OR target STREQUAL leat_precompiled
       OR NOT sources MATCHES "\\.cpp")
      continue()
    endif()
    target_precompile_headers(${target} REUSE_FROM leat_precompiled)
    if(type STREQUAL EXECUTABLE)  # would be PIE, and then not fit
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below ${folders})
    leat_precompile(${below})
  endforeach()
endfunction()
