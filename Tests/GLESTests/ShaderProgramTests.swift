import Testing

@testable import GLES

@Suite struct ShaderProgramTests {
  @Test func aCompileErrorNamesProgramStageAndLine() throws {
    guard let context = testContext() else { return }
    let fragment = "#version 300 es\nprecision highp float;\nout vec4 color;\nvoid main() { color = vec4(nothing); }\n"
    do throws(GLError) {
      _ = try ShaderProgram(context, name: "broken pass", vertex: coverVertex, fragment: fragment)
      Issue.record("it compiled")
    } catch {
      guard case .compileFailed(let program, let stage, let line, let log) = error else { throw error }
      #expect(program == "broken pass" && stage == "fragment" && line == 4 && log.contains("nothing"))
    }
  }

  @Test func aMismatchBetweenStagesIsALinkError() throws {
    guard let context = testContext() else { return }
    let fragment = """
      #version 300 es
      precision highp float;
      in vec3 uv;
      out vec4 color;
      void main() { color = vec4(uv, 1.0); }
      """
    do throws(GLError) {
      _ = try ShaderProgram(context, name: "mismatch", vertex: coverVertex, fragment: fragment)
      Issue.record("it linked")
    } catch {
      guard case .linkFailed("mismatch", _) = error else { throw error }
    }
  }

  @Test(arguments: [
    ("0:12(3): error: `x' undeclared", 12), ("0(7) : error C1008: undefined", 7), ("ERROR: 0:31: 'y' : undeclared", 31),
  ])
  func logsOfSeveralCompilersAreRead(log: String, line: Int) {
    #expect(ShaderProgram.line(inLog: log) == line)
  }

  @Test func logsWithoutALineHaveNone() {
    #expect(ShaderProgram.line(inLog: "internal error") == nil)
  }

  @Test func uniformsOfEveryKindArrive() throws {
    guard let context = testContext() else { return }
    let program = try ShaderProgram(
      context, name: "uniforms", vertex: coverVertex,
      fragment: """
        #version 300 es
        precision highp float;
        uniform float one;
        uniform vec2 two;
        uniform vec3 three;
        uniform vec4 four;
        uniform int whole;
        uniform float list[2];
        uniform vec4 vectors[2];
        uniform mat4 matrix;
        uniform mat3 small;
        layout(location = 0) out vec4 first;
        layout(location = 1) out vec4 second;
        void main() {
          first = vec4(one, two.y, three.z, four.w + float(whole));
          second = vec4(list[1], vectors[1].y, matrix[3].x, small[1].z);
        }
        """)
    program.set("one", 1.5)
    program.set("two", SIMD2<Float>(0, 2.5))
    program.set("three", SIMD3<Float>(0, 0, 3.5))
    program.set("four", SIMD4<Float>(0, 0, 0, 4.5))
    program.set("whole", 10)
    program.set("list", [0, 5.5])
    program.set("vectors", vectors: [0, 0, 0, 0, 0, 6.5, 0, 0])
    program.set("matrix", matrices: (0..<16).map(Float.init), edge: 4)
    program.set("small", matrices: (0..<9).map(Float.init), edge: 3)
    program.set("no such uniform", 1)
    let textures = try Texture(context, width: 1, height: 1, layers: 2, format: .rgba32f)
    let target = try Framebuffer(context, colors: [textures.attachment(layer: 0), textures.attachment(layer: 1)])
    target.bind()
    program.use()
    try VertexArray(context).draw(.triangleStrip, count: 4)
    try context.checkErrors("uniforms")
    let (first, second) = (try target.readFloats(attachment: 0), try target.readFloats(attachment: 1))
    #expect(first == [1.5, 2.5, 3.5, 14.5])
    #expect(second == [5.5, 6.5, 12, 5])
  }
}
