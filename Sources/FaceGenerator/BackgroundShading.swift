import FaceCore
import GLES

/// Draws what is behind the person. One thread: the one that made the context.
final class BackgroundShading {
  private let context: GLContext
  // Three programs: software drivers run both sides of an `if`.
  private let gradient: ShaderProgram
  private let blurred: ShaderProgram
  private let sharp: ShaderProgram
  private let panoramas: Texture
  private let screen: VertexBuffer
  private let screenArray: VertexArray

  /// `common` is what background.frag.glsl builds on; `panoramas` have mip levels and repeat.
  init(_ context: GLContext, panoramas: consuming Texture, common: String) throws(GLError) {
    self.context = context
    let head = "#version 300 es\nprecision highp float;\n"
    let vertex = head + String(decoding: PackageResources.background_vert_glsl, as: UTF8.self)
    let fragment = common + String(decoding: PackageResources.background_frag_glsl, as: UTF8.self)
    func program(isGradient: Bool, isBlurred: Bool) throws(GLError) -> ShaderProgram {
      let definitions = "#define GRADIENT \(isGradient)\n#define BLURRED \(isBlurred)\n"
      return try ShaderProgram(context, name: "background", vertex: vertex, fragment: head + definitions + fragment)
    }
    gradient = try program(isGradient: true, isBlurred: false)
    blurred = try program(isGradient: false, isBlurred: true)
    sharp = try program(isGradient: false, isBlurred: false)
    self.panoramas = panoramas
    screen = try VertexBuffer(context, [-1, -1, 0, 3, -1, 0, -1, 3, 0])
    screenArray = try VertexArray(context, [screen.attribute(location: 0, components: 3, stride: 3)])
  }

  /// Fills what no nearer surface covers; `aspect` is the picture's width by its height.
  func draw(_ view: FaceScene.Background, aspect: Float) {
    if view.panorama == nil {
      draw(view, aspect: aspect, gradient)
    } else if view.blurLevel > 0.3 {
      draw(view, aspect: aspect, blurred)
    } else {
      draw(view, aspect: aspect, sharp)
    }
  }

  private func draw(_ view: FaceScene.Background, aspect: Float, _ program: borrowing ShaderProgram) {
    let turn = Quaternion(angle: view.yaw, axis: [0, 1, 0]) * Quaternion(angle: view.pitch, axis: [1, 0, 0])
    program.use()
    panoramas.bind(unit: 0)
    program.set("panoramas", 0)
    program.set("layer", Float(view.panorama ?? 0))
    program.set("viewX", turn.rotate([view.tangent * aspect, 0, 0]))
    program.set("viewY", turn.rotate([0, -view.tangent, 0]))
    program.set("viewZ", turn.rotate([0, 0, -1]))
    let radians = 2 * Float.pi / Float(panoramas.width) * Float(1 << Int(view.blurLevel)) * 0.7
    program.set("blur", SIMD2(view.blurLevel, radians / max(0.05, view.tangent)))
    program.set("gain", view.gain)
    let (a, b, noise) = view.gradient
    program.set("gradient", vectors: [a.x, a.y, a.z, 0, b.x, b.y, b.z, 0, noise.x, noise.y, 0, 0])
    context.apply(DrawState(depthTest: true))
    screenArray.draw(.triangles, count: 3)
  }
}
