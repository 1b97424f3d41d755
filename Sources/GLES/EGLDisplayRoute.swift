import CEGL
import Glibc

/// An EGL display that a rung found, not yet initialised.
struct EGLDisplayCandidate {
  /// Such as `device /dev/dri/renderD128`.
  var label: String
  var display: EGLDisplay
  /// Whether the context needs a pbuffer to be current.
  var wantsPbuffer = false
  /// The buffer manager behind a GBM display, closed with the context.
  var gbm: GBMDevice?
}

/// Finds the displays of each rung.
enum EGLDisplayRoute {
  /// The displays to try for one rung, best first; empty with the reason why.
  static func candidates(_ route: GLRoute) -> (found: [EGLDisplayCandidate], reason: String) {
    let client = EGLFunctions.clientExtensions
    switch route {
    case .device:
      return devices(client: client)
    case .surfaceless:
      guard client.contains("EGL_MESA_platform_surfaceless") else { return ([], "no EGL_MESA_platform_surfaceless") }
      guard let display = EGLFunctions.platformDisplay(EGL_PLATFORM_SURFACELESS_MESA, nil) else {
        return ([], "no display (\(EGLFunctions.lastError))")
      }
      return ([EGLDisplayCandidate(label: "surfaceless", display: display)], "")
    case .gbm:
      guard !client.isDisjoint(with: ["EGL_KHR_platform_gbm", "EGL_MESA_platform_gbm"]) else {
        return ([], "no EGL_KHR_platform_gbm")
      }
      let path = "/dev/dri/renderD128"
      let opened = GBMDevice.open(path)
      guard let gbm = opened.device else { return ([], opened.reason) }
      guard let display = EGLFunctions.platformDisplay(EGL_PLATFORM_GBM_KHR, gbm.pointer) else {
        return ([], "no display for \(path) (\(EGLFunctions.lastError))")
      }
      return ([EGLDisplayCandidate(label: "gbm \(path)", display: display, gbm: gbm)], "")
    case .pbuffer:
      guard let display = eglGetDisplay(nil) else { return ([], "no default display") }
      return ([EGLDisplayCandidate(label: "default display", display: display, wantsPbuffer: true)], "")
    }
  }

  /// EGL's devices: those with a DRM render node first, software ones last, so that a GPU is preferred to Mesa's
  /// software device, which may be listed before it.
  private static func devices(client: Set<String>) -> (found: [EGLDisplayCandidate], reason: String) {
    let enumerates =
      client.contains("EGL_EXT_device_base") || client.contains("EGL_EXT_device_enumeration")
    guard enumerates, client.contains("EGL_EXT_platform_device") else {
      return ([], "no EGL_EXT_device_enumeration or EGL_EXT_platform_device")
    }
    let ranked = EGLFunctions.devices().map { device -> (rank: Int, label: String, device: EGLDeviceEXT) in
      let extensions = EGLFunctions.deviceString(device, EGL_EXTENSIONS) ?? ""
      let names = Set(extensions.split(separator: " ").map(String.init))
      // EGL_DRM_RENDER_NODE_FILE_EXT and EGL_DRM_DEVICE_FILE_EXT; asking without the extension is an EGL error.
      let node =
        (names.contains("EGL_EXT_device_drm_render_node") ? EGLFunctions.deviceString(device, 0x3377) : nil)
        ?? (names.contains("EGL_EXT_device_drm") ? EGLFunctions.deviceString(device, 0x3233) : nil)
      if names.contains("EGL_MESA_device_software") { return (2, "software device", device) }
      return (node == nil ? 1 : 0, "device \(node ?? "without a render node")", device)
    }
    let found = ranked.sorted { $0.rank < $1.rank }.compactMap { entry -> EGLDisplayCandidate? in
      EGLFunctions.platformDisplay(EGL_PLATFORM_DEVICE_EXT, entry.device).map {
        EGLDisplayCandidate(label: entry.label, display: $0)
      }
    }
    return (found, found.isEmpty ? "no EGL device" : "")
  }
}
