import GLES

/// A context for one test, or nil, saying so, on a machine without any OpenGL ES 3.
func testContext(_ test: String = #function, ladder: [GLRoute] = GLRoute.allCases) -> GLContext? {
  do {
    return try GLContext(ladder: ladder)
  } catch {
    print("skip \(test): \(error)")
    return nil
  }
}

/// The error of a body, or nil; move-only values can't go through `#expect(throws:)`.
func error(of body: () throws(GLError) -> Void) -> GLError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A vertex shader that covers the target with one strip of four vertices and hands on 0…1 coordinates.
let coverVertex = """
  #version 300 es
  out highp vec2 uv;
  void main() {
    uv = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0);
  }
  """
