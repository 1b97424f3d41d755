import GLES

/// Draws skin in two passes: triangles leave what they show at each pixel, then each pixel is shaded once.
///
/// A software renderer shades blocks of 4 × 4 pixels for every triangle; those of a face cover fewer. Shading them in one
/// pass took 9 of 21 ms a face at 288 pixels (Mesa 22.3). One thread: the one that made the context.
final class SkinShading {
  /// What a person's skin shows, and so which program shades it.
  struct Kind: Hashable {
    var isBlended: Bool
    var isBearded: Bool
    var isCovered: Bool
    var isBald: Bool

    init(_ person: FaceScene.Person) {
      isBlended = person.skinLayers.share > 0
      isBearded = person.beard.x + person.beard.z > 0
      isCovered = person.coverLine.w > 0
      isBald = person.isBald
    }

    /// The lines that make the shader's program this kind's.
    var definitions: String {
      [("BLENDED", isBlended), ("BEARDED", isBearded), ("COVERED", isCovered), ("BALD", isBald)]
        .map { "#define \($0) \($1)\n" }.joined()
    }
  }

  /// A shader program that dictionaries can hold.
  final class Program {
    let gl: ShaderProgram

    init(_ gl: consuming ShaderProgram) { self.gl = gl }
  }

  /// Writes the surface; its vertex shader is the face's.
  let surface: ShaderProgram
  private let context: GLContext
  private let vertex: String
  private let fragment: String
  private let place: Texture
  private let facing: Texture
  private let texture: Texture
  private let framebuffer: Framebuffer
  private let screen: VertexBuffer
  private let screenArray: VertexArray
  private var programs: [Kind: Program] = [:]
  private static let head = "#version 300 es\nprecision highp float;\n"

  /// `faceVertex` is the face's vertex shader, `common` what skin.frag.glsl builds on; `target` lends its depth.
  init(
    _ context: GLContext, faceVertex: String, common: String, target: borrowing Framebuffer
  ) throws(GLError) {
    self.context = context
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    vertex = Self.head + text(PackageResources.background_vert_glsl)
    fragment = common + text(PackageResources.skin_frag_glsl)
    surface = try ShaderProgram(
      context, name: "surface", vertex: faceVertex, fragment: Self.head + text(PackageResources.surface_frag_glsl))
    let (width, height) = (target.width, target.height)
    place = try Texture(context, width: width, height: height, format: .rgba32f)
    facing = try Texture(context, width: width, height: height, format: .rgba32f)
    texture = try Texture(context, width: width, height: height, format: .rgba32f)
    framebuffer = try Framebuffer(
      context, colors: [place.attachment(), facing.attachment(), texture.attachment()], sharingDepthOf: target)
    screen = try VertexBuffer(context, [-1, -1, 0, 3, -1, 0, -1, 3, 0])
    screenArray = try VertexArray(context, [screen.attribute(location: 0, components: 3, stride: 3)])
  }

  /// Directs drawing to the surface; the target's depth must be clear.
  func begin() { framebuffer.bind() }

  /// The program of a person, compiled at first use; set its uniforms, then ``shade(_:)``.
  func program(_ person: FaceScene.Person) throws(GLError) -> Program {
    let kind = Kind(person)
    if let known = programs[kind] { return known }
    let made = Program(
      try ShaderProgram(
        context, name: "skin", vertex: vertex, fragment: Self.head + kind.definitions + fragment))
    programs[kind] = made
    return made
  }

  /// Shades all pixels nearer than the far plane into the framebuffer that is bound.
  func shade(_ program: Program) {
    place.bind(unit: 1)
    facing.bind(unit: 2)
    texture.bind(unit: 3)
    program.gl.set("placeMap", 1)
    program.gl.set("facingMap", 2)
    program.gl.set("textureMap", 3)
    context.apply(DrawState(depthTest: true, depthFarther: true))
    screenArray.draw(.triangles, count: 3)
  }
}
