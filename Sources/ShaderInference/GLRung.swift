import GLES

/// The ladder of ways to keep tensors, from the most exact to the one that every OpenGL ES 3.0 driver has. The probe takes
/// the first that passes; `GURN_GL_RUNG` in the environment forces one, for tests and for driver faults.
package enum GLRung: String, CaseIterable, Sendable {
  /// 32-bit floats.
  case float32
  /// Halves, sums and outputs in 32-bit floats where those can be drawn.
  case float16
  /// As `float16`, one colour attachment a pass: for drivers that fail with several.
  case single
  /// The bits of 32-bit floats in integer textures, which OpenGL ES 3.0 promises to draw.
  case bits
  /// Pairs of halves in the bytes of RGBA8, for drivers that draw nothing else.
  case bytes

  /// The variable that forces a rung.
  package static let variable = "GURN_GL_RUNG"

  /// How networks run on this rung.
  func options(isSoftware: Bool, targets: Int, full: Bool) -> ShaderOptions {
    let precise: Texture.Format = full ? .rgba32f : .rgba16f
    let (tensors, sums): (Texture.Format, Texture.Format) =
      switch self {
      case .float32: (.rgba32f, .rgba32f)
      case .float16, .single: (.rgba16f, precise)
      case .bits: (.rgba32ui, .rgba32ui)
      case .bytes: (.rgba8, .rgba8)
      }
    return ShaderOptions(
      tensorFormat: tensors, preciseFormat: sums, constantBounds: !isSoftware, targets: self == .single ? 1 : targets,
      packBuffers: !isSoftware, denseSlices: isSoftware ? 1 : 8)
  }

  /// Whether each network can also run by itself, by its own ``PassPlan``, which knows floats only.
  var hasFloats: Bool { self != .bits && self != .bytes }

  var reason: String {
    switch self {
    case .float32: "32-bit floats"
    case .float16: "halves"
    case .single: "halves, one target a pass"
    case .bits: "bits of floats in RGBA32UI"
    case .bytes: "pairs of halves in RGBA8"
    }
  }
}

extension ShaderOptions {
  /// Whether tensors are textures of floats.
  var hasFloats: Bool { tensorFormat != .rgba32ui && tensorFormat != .rgba8 }
}
