import GLES

/// How far each ray of a lamp gets: drawn from the lamp's side, read while surfaces are lit. One thread: the context's.
final class ShadowMap {
  /// Texels on an edge: 2.4 mm of the head each.
  static let edge = 144
  /// The texture unit that it is read from.
  static let unit = 4
  private static let tapCount = 4
  let headProgram: ShaderProgram
  let propProgram: ShaderProgram
  private let context: GLContext
  private let heights: Texture
  private let framebuffer: Framebuffer

  /// The vertex shaders of the face and of what stands around it, which know what SHADOW means.
  init(_ context: GLContext, head: String, faceVertex: String, propVertex: String) throws(GLError) {
    self.context = context
    let fragment = head + String(decoding: PackageResources.shadow_frag_glsl, as: UTF8.self)
    let define = "#define SHADOW\n"
    headProgram = try ShaderProgram(
      context, name: "head's shadow", vertex: head + define + faceVertex, fragment: fragment)
    propProgram = try ShaderProgram(
      context, name: "props' shadow", vertex: head + define + propVertex, fragment: fragment)
    heights = try Texture(context, width: Self.edge, height: Self.edge, format: .r32f)
    framebuffer = try Framebuffer(context, colors: [heights.attachment()], depth: true)
  }

  /// Directs drawing here: outward faces run counter-clockwise, the others are left out.
  func begin(_ view: ShadowView) {
    framebuffer.clear(red: -100)
    set(view, headProgram)
    set(view, propProgram)
    context.apply(DrawState(depthTest: true, depthWrite: true, cull: .back))
  }

  /// Tells a program that lights surfaces what the lamp sees; without a view nothing is in shadow.
  func set(_ shadow: FaceScene.Shadow, _ view: ShadowView?, on program: borrowing ShaderProgram) {
    program.set("shadowMap", Self.unit)
    program.set("shadowTapCount", view == nil ? 0 : Self.tapCount)
    guard let view else { return }
    heights.bind(unit: Self.unit)
    set(view, program)
    program.set("shadowStrength", shadow.strength)
    let taps = ShadowView.taps(Self.tapCount, radius: shadow.softness / ShadowView.halfEdge / 2)
    program.set("shadowTaps", vectors: taps.flatMap { [$0.x, $0.y, 0, 0] })
  }

  private func set(_ view: ShadowView, _ program: borrowing ShaderProgram) {
    program.set("lampAxes", matrices: view.matrix, edge: 3)
    program.set("lampPlace", SIMD4(view.centre, 1 / ShadowView.halfEdge))
  }
}
