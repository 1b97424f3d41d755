import GLES
import Testing

@Suite struct DrawTests {
  private static let vertex = """
    #version 300 es
    layout(location = 0) in vec3 position;
    layout(location = 1) in vec4 tint;
    out vec4 color;
    void main() {
      gl_Position = vec4(position, 1.0);
      color = tint;
    }
    """
  private static let fragment = """
    #version 300 es
    precision highp float;
    in vec4 color;
    out vec4 result;
    void main() { result = color; }
    """

  /// A far red square over the whole target, and a near green one over its left half; the near one is drawn first.
  private static let vertices: [Float] = [
    -1, -1, -0.5, 0, 1, 0, 0.5,
    0, -1, -0.5, 0, 1, 0, 0.5,
    -1, 1, -0.5, 0, 1, 0, 0.5,
    0, 1, -0.5, 0, 1, 0, 0.5,
    -1, -1, 0.5, 1, 0, 0, 0.5,
    1, -1, 0.5, 1, 0, 0, 0.5,
    -1, 1, 0.5, 1, 0, 0, 0.5,
    1, 1, 0.5, 1, 0, 0, 0.5,
  ]
  private static let indices: [UInt32] = [0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7]

  private func draw(_ state: DrawState) throws -> [UInt8]? {
    guard let context = testContext() else { return nil }
    let texture = try Texture(context, width: 2, height: 1, format: .rgba8)
    let target = try Framebuffer(context, colors: [texture.attachment()], depth: true)
    let buffer = try VertexBuffer(context, count: Self.vertices.count)
    try buffer.update(Self.vertices)
    let indices = try VertexBuffer(context, indices: Self.indices)
    let mesh = try VertexArray(
      context,
      [
        buffer.attribute(location: 0, components: 3, stride: 7),
        buffer.attribute(location: 1, components: 4, stride: 7, offset: 3),
      ], indices: indices)
    let program = try ShaderProgram(context, name: "mesh", vertex: Self.vertex, fragment: Self.fragment)
    target.clear()
    context.apply(state)
    program.use()
    mesh.drawIndexed(.triangles, count: Self.indices.count)
    try context.checkErrors("mesh")
    return try target.readBytes()
  }

  @Test func theTestTurnedRoundDrawsBehindWhatIsThere() throws {
    // The near square's depth comes from one framebuffer, the far square meets it in another.
    guard let context = testContext() else { return }
    let near = try Texture(context, width: 2, height: 1, format: .rgba8)
    let far = try Texture(context, width: 2, height: 1, format: .rgba8)
    let first = try Framebuffer(context, colors: [near.attachment()], depth: true)
    let second = try Framebuffer(context, colors: [far.attachment()], sharingDepthOf: first)
    let buffer = try VertexBuffer(context, Self.vertices)
    let mesh = try VertexArray(
      context,
      [
        buffer.attribute(location: 0, components: 3, stride: 7),
        buffer.attribute(location: 1, components: 4, stride: 7, offset: 3),
      ])
    let program = try ShaderProgram(context, name: "mesh", vertex: Self.vertex, fragment: Self.fragment)
    program.use()
    second.clear()
    first.clear()
    context.apply(DrawState(depthTest: true, depthWrite: true))
    mesh.draw(.triangleStrip, count: 4)
    second.bind()
    context.apply(DrawState(depthTest: true, depthFarther: true))
    mesh.draw(.triangleStrip, first: 4, count: 4)
    #expect(try first.readBytes()[0...1] == [0, 255])
    let behind = try second.readBytes()
    #expect(behind[0...1] == [255, 0] && behind[4...5] == [0, 0])
  }

  @Test func sharedDepthMustFit() throws {
    guard let context = testContext() else { return }
    let small = try Texture(context, width: 2, height: 1, format: .rgba8)
    let large = try Texture(context, width: 4, height: 1, format: .rgba8)
    let plain = try Framebuffer(context, colors: [small.attachment()])
    let deep = try Framebuffer(context, colors: [large.attachment()], depth: true)
    #expect(throws: GLError.self) {
      _ = try Framebuffer(context, colors: [small.attachment()], sharingDepthOf: plain)
    }
    #expect(throws: GLError.self) {
      _ = try Framebuffer(context, colors: [small.attachment()], sharingDepthOf: deep)
    }
  }

  @Test func theNearerSurfaceHidesTheFarther() throws {
    guard let pixels = try draw(DrawState(depthTest: true, depthWrite: true)) else { return }
    #expect(pixels[0...1] == [0, 255] && pixels[4...5] == [255, 0])
  }

  @Test func withoutADepthTestTheLastDrawnWins() throws {
    guard let pixels = try draw(DrawState()) else { return }
    #expect(pixels[0...1] == [255, 0] && pixels[4...5] == [255, 0])
  }

  @Test func blendingMixesByAlphaOrAdds() throws {
    guard let mixed = try draw(DrawState(blend: .alpha)), let added = try draw(DrawState(blend: .additive)) else {
      return
    }
    #expect(abs(Int(mixed[0]) - 128) <= 2 && abs(Int(mixed[1]) - 64) <= 2)
    #expect(added[0...1] == [255, 255] && added[4...5] == [255, 0])
  }

  @Test func cullingHidesOneWinding() throws {
    guard let back = try draw(DrawState(cull: .back)), let front = try draw(DrawState(cull: .front)) else { return }
    #expect(back[4] == 255 && front[4] == 0)
  }

  @Test func aVertexBufferRefusesMoreThanItHolds() throws {
    guard let context = testContext() else { return }
    let buffer = try VertexBuffer(context, count: 2)
    let tooMuch = error { () throws(GLError) in try buffer.update([1, 2, 3]) }
    let empty = error { () throws(GLError) in _ = try VertexBuffer(context, []) }
    #expect(tooMuch != nil && empty != nil)
  }
}
