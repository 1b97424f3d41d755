import CGLES3

/// A linked vertex and fragment shader. Used and let go on its context's thread.
package struct ShaderProgram: ~Copyable {
  /// For messages.
  package let name: String
  /// The locations of all uniforms that the compiler kept, by name; arrays by their name without `[0]`.
  package let uniforms: [String: Int32]
  let context: GLContext
  let program: GLuint

  /// Compiles and links; both sources begin with their `#version` line.
  ///
  /// - Throws: ``GLError/compileFailed(program:stage:line:log:)`` or ``GLError/linkFailed(program:log:)``.
  package init(_ context: GLContext, name: String, vertex: String, fragment: String) throws(GLError) {
    let vertexShader = try Self.compile(GL_VERTEX_SHADER, "vertex", vertex, program: name)
    defer { glDeleteShader(vertexShader) }
    let fragmentShader = try Self.compile(GL_FRAGMENT_SHADER, "fragment", fragment, program: name)
    defer { glDeleteShader(fragmentShader) }
    program = try Self.link(vertexShader, fragmentShader, name: name)
    uniforms = Self.activeUniforms(program)
    self.name = name
    self.context = context
  }

  /// As ``init(_:name:vertex:fragment:)``, from what ``binary`` gave at an earlier start; nil where the driver does not take it.
  package init?(_ context: GLContext, name: String, binary: ProgramBinary) {
    guard let program = Self.load(binary) else { return nil }
    self.program = program
    uniforms = Self.activeUniforms(program)
    self.name = name
    self.context = context
  }

  private static func link(_ vertex: GLuint, _ fragment: GLuint, name: String) throws(GLError) -> GLuint {
    let program = glCreateProgram()
    glAttachShader(program, vertex)
    glAttachShader(program, fragment)
    glProgramParameteri(program, e(GL_PROGRAM_BINARY_RETRIEVABLE_HINT), GL_TRUE)
    glLinkProgram(program)
    var linked: GLint = 0
    glGetProgramiv(program, e(GL_LINK_STATUS), &linked)
    guard linked == GL_TRUE else {
      let log = log(program, glGetProgramiv, glGetProgramInfoLog)
      glDeleteProgram(program)
      throw .linkFailed(program: name, log: log)
    }
    return program
  }

  deinit {
    let program = program
    context.delete { glDeleteProgram(program) }
  }

  /// Makes it the program that draws use.
  package func use() { glUseProgram(program) }

  private static func compile(
    _ kind: Int32, _ stage: String, _ source: String, program: String
  ) throws(GLError) -> GLuint {
    let shader = glCreateShader(e(kind))
    source.withCString { text in
      var pointer: UnsafePointer<CChar>? = text
      glShaderSource(shader, 1, &pointer, nil)
    }
    glCompileShader(shader)
    var compiled: GLint = 0
    glGetShaderiv(shader, e(GL_COMPILE_STATUS), &compiled)
    guard compiled == GL_TRUE else {
      let log = log(shader, glGetShaderiv, glGetShaderInfoLog)
      glDeleteShader(shader)
      throw .compileFailed(program: program, stage: stage, line: line(inLog: log), log: log)
    }
    return shader
  }

  /// The first line number of a compiler's log: `0:12(3): error` (Mesa), `0(12) : error` (NVIDIA) and
  /// `ERROR: 0:12: …` (ANGLE, Mali, Adreno) all name line 12.
  static func line(inLog log: String) -> Int? {
    for match in log.matches(of: #/(?:^|\s)0(?::(\d+)|\((\d+)\))/#) {
      if let digits = match.output.1 ?? match.output.2 { return Int(digits) }
    }
    return nil
  }

  private static func log(
    _ object: GLuint, _ query: (GLuint, GLenum, UnsafeMutablePointer<GLint>?) -> Void,
    _ read: (GLuint, GLsizei, UnsafeMutablePointer<GLsizei>?, UnsafeMutablePointer<GLchar>?) -> Void
  ) -> String {
    var length: GLint = 0
    query(object, e(GL_INFO_LOG_LENGTH), &length)
    guard length > 1 else { return "the driver gives no log" }
    var text = [GLchar](repeating: 0, count: Int(length))
    read(object, length, nil, &text)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func activeUniforms(_ program: GLuint) -> [String: Int32] {
    var count: GLint = 0
    var longest: GLint = 0
    glGetProgramiv(program, e(GL_ACTIVE_UNIFORMS), &count)
    glGetProgramiv(program, e(GL_ACTIVE_UNIFORM_MAX_LENGTH), &longest)
    var locations: [String: Int32] = [:]
    var text = [GLchar](repeating: 0, count: Int(longest) + 1)
    for index in 0..<GLuint(count) {
      var length: GLsizei = 0
      var size: GLint = 0
      var type: GLenum = 0
      glGetActiveUniform(program, index, GLsizei(text.count), &length, &size, &type, &text)
      let location = glGetUniformLocation(program, text)
      let name = String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
      locations[name.hasSuffix("[0]") ? String(name.dropLast(3)) : name] = location
    }
    return locations
  }
}
