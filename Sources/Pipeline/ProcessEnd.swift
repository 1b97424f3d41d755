import Foundation

/// Ends the process at once, after what was printed.
///
/// Without destructors: a graphics driver may still be compiling shaders on its own threads, and exit(3) takes its compiler's
/// memory away under them (seen with Mesa 22.3's llvmpipe: a segmentation fault or “double free” in one of thirty ends).
package func endProcess(status: Int32) -> Never {
  fflush(nil)
  _exit(status)
}
