// Carries the precompiled headers; see precompile.cmake.
