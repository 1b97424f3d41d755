import CGLES3

/// What went wrong in EGL or OpenGL ES.
package enum GLError: Error, Equatable, CustomStringConvertible {
  /// No rung of the ladder gave a context; one line a rung: which, and what it said.
  case noContext(rungs: [String])
  /// The context can't be made current on this thread, with EGL's error code.
  case notCurrent(code: Int32)
  /// A GL call left an error; `code` as glGetError gave it.
  case callFailed(call: String, code: UInt32)
  /// A shader was refused; `line` is the first line (1-based, of the source as given) that the log names.
  case compileFailed(program: String, stage: String, line: Int?, log: String)
  case linkFailed(program: String, log: String)
  /// The driver refuses to render to these attachments.
  case framebufferIncomplete(attachments: String, status: UInt32)
  /// A buffer given for an upload or a readback is too short.
  case bufferTooSmall(call: String, needed: Int, given: Int)
  /// A dma-buf can't become a texture.
  case importRefused(problem: String)
  /// A size, stride, layer or count that can't be right.
  case badArgument(call: String, problem: String)

  /// One line: what failed, with which value, and what would be right.
  package var description: String {
    switch self {
    case .noContext(let rungs):
      "no OpenGL ES 3.0 context: " + (rungs.isEmpty ? "the ladder is empty" : rungs.joined(separator: "; "))
    case .notCurrent(let code):
      "the GL context can't be made current on this thread (EGL error 0x\(String(code, radix: 16))); "
        + "a context belongs to the one thread that made it"
    case .callFailed(let call, let code):
      "\(call): \(Self.name(ofError: code))"
    case .compileFailed(let program, let stage, let line, let log):
      "\(program): \(stage) shader\(line.map { ", line \($0)" } ?? "") does not compile: \(log)"
    case .linkFailed(let program, let log):
      "\(program): does not link: \(log)"
    case .framebufferIncomplete(let attachments, let status):
      "the driver can't render to \(attachments) (framebuffer status 0x\(String(status, radix: 16)))"
    case .bufferTooSmall(let call, let needed, let given):
      "\(call): the buffer holds \(given) bytes, \(needed) are needed"
    case .importRefused(let problem):
      "no import of a dma-buf: \(problem)"
    case .badArgument(let call, let problem):
      "\(call): \(problem)"
    }
  }

  private static func name(ofError code: UInt32) -> String {
    switch Int32(code) {
    case GL_INVALID_ENUM: "GL_INVALID_ENUM"
    case GL_INVALID_VALUE: "GL_INVALID_VALUE"
    case GL_INVALID_OPERATION: "GL_INVALID_OPERATION"
    case GL_INVALID_FRAMEBUFFER_OPERATION: "GL_INVALID_FRAMEBUFFER_OPERATION"
    case GL_OUT_OF_MEMORY: "GL_OUT_OF_MEMORY"
    case GL_CONTEXT_LOST: "GL_CONTEXT_LOST"
    default: "GL error 0x\(String(code, radix: 16))"
    }
  }
}

/// Runs a GL call and throws, under its name, the error that it left.
///
/// It asks glGetError, which makes a threaded driver wait: for set-up, not for every call of a frame, where one
/// ``GLContext/checkErrors(_:)`` at the end does.
@discardableResult
package func gl<Result>(_ call: StaticString, _ body: () -> Result) throws(GLError) -> Result {
  let result = body()
  let code = glGetError()
  guard code == GLenum(GL_NO_ERROR) else { throw .callFailed(call: "\(call)", code: code) }
  return result
}

/// Imported GL enumerants are `Int32`, their parameters mostly `GLenum`: this is the cast between the two.
func e(_ enumerant: Int32) -> GLenum { GLenum(bitPattern: enumerant) }
