/// A way to an OpenGL ES context without a window, from the most to the least specific: the rungs of the EGL ladder.
package enum GLRoute: String, CaseIterable, Sendable {
  /// `EGL_EXT_platform_device`: names the GPU; the only headless way on some proprietary drivers.
  case device
  /// `EGL_MESA_platform_surfaceless`: Mesa's own choice of GPU, or its software renderer.
  case surfaceless
  /// `EGL_KHR_platform_gbm` on `/dev/dri/renderD128`.
  case gbm
  /// A pbuffer on the default display: any EGL, but it may need a display server.
  case pbuffer

  /// The rungs to try: those that `GURN_EGL_ROUTE` names (comma-separated, such as `surfaceless,gbm`), else all.
  /// Names that are no rung are dropped; if none is left, all rungs are tried.
  package static func ladder(environment: [String: String]) -> [GLRoute] {
    let named = (environment["GURN_EGL_ROUTE"] ?? "").split(separator: ",").compactMap {
      GLRoute(rawValue: $0.lowercased())
    }
    return named.isEmpty ? allCases : named
  }
}
