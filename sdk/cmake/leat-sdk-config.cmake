# find_package(leat-sdk): target leat::sdk and leat_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/leat-sdk-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/LeatAddPlugin.cmake)
