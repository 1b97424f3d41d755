import GLES
import Testing

@Suite struct UniformBufferTests {
  @Test func aBlockReadsTheBufferBoundToItsIndex() throws {
    guard let context = testContext() else { return }
    let program = try ShaderProgram(
      context, name: "block", vertex: coverVertex,
      fragment: """
        #version 300 es
        precision highp float;
        layout(std140) uniform Numbers { vec4 first; mat4 second; };
        out vec4 color;
        void main() { color = first + second[3]; }
        """)
    program.bindBlock("Numbers", to: 2)
    program.bindBlock("no such block", to: 3)
    let buffer = try UniformBuffer(context, (0..<20).map(Float.init))
    buffer.bind(index: 2)
    let texture = try Texture(context, width: 1, height: 1, format: .rgba32f)
    let target = try Framebuffer(context, colors: [texture.attachment()])
    target.bind()
    program.use()
    try VertexArray(context).draw(.triangleStrip, count: 4)
    try context.checkErrors("a uniform block")
    let found = try target.readFloats()
    #expect(found == [16, 18, 20, 22])
  }

  @Test func partsOfVectorsAndTooManyAreRefused() throws {
    guard let context = testContext() else { return }
    for count in [0, 3, context.limits.uniformBlockBytes / 4 + 4] {
      let refused = error { () throws(GLError) in
        _ = try UniformBuffer(context, [Float](repeating: 0, count: count))
      }
      #expect(refused?.description.contains("uniform block of \(count * 4) bytes") == true)
    }
  }
}
