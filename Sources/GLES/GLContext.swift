import CEGL
import CGLES3
import Glibc

/// An OpenGL ES 3 context without a window, found by the EGL ladder of ``GLRoute``.
///
/// It is made current on the thread that makes it, and belongs to that thread: every GL object keeps it alive and is to
/// be used and let go there. It isn't `Sendable`, so the compiler holds callers to this.
package final class GLContext {
  /// The rung that gave it.
  package let route: GLRoute
  /// What each rung said, in order, ending with the one taken; for `gurn probe`.
  package let notes: [String]
  /// GL_RENDERER, such as `llvmpipe (LLVM 15.0.6, 256 bits)`.
  package let renderer: String
  /// GL_VERSION, such as `OpenGL ES 3.2 Mesa 22.3.6`.
  package let version: String
  /// The names of the GL extensions; reasons to try something, not to trust it.
  package let extensions: Set<String>
  /// Sizes and counts beyond which calls fail.
  package let limits: Limits
  /// Whether the renderer is a CPU.
  package let isSoftware: Bool
  /// Why dma-bufs can't be imported as textures (``ImportedTexture``); nil where that can be tried.
  package let importProblem: String?
  let imageFunctions: EGLImageFunctions?
  private let handle: EGLHandle

  /// What the driver allows, from glGetIntegerv.
  package struct Limits: Sendable {
    /// Texels along an edge of a 2D texture; at least 2048.
    package let textureEdge: Int
    /// Layers of an array texture; at least 256.
    package let arrayLayers: Int
    /// Textures that a fragment shader can sample; at least 16.
    package let textureUnits: Int
    /// Colour attachments that one draw may write; at least 4.
    package let drawBuffers: Int
    /// Bytes of one uniform block; OpenGL ES 3.0 promises 16384.
    package let uniformBlockBytes: Int
  }

  /// Tries the rungs in order, and on each OpenGL ES 3.2, 3.1 and 3.0. Takes 50–150 ms, on first use up to a second.
  ///
  /// Sets `LP_NUM_THREADS=0` for the process unless the user set it: Mesa's software renderer is faster without threads
  /// of its own at our target sizes (778 µs against 1007 µs a frame, Mesa 22.3).
  /// - Throws: ``GLError/noContext(rungs:)`` with what each rung said.
  package init(ladder: [GLRoute] = GLRoute.allCases) throws(GLError) {
    setenv("LP_NUM_THREADS", "0", 0)
    var notes: [String] = []
    for route in ladder {
      let (candidates, reason) = EGLDisplayRoute.candidates(route)
      if candidates.isEmpty { notes.append("\(route.rawValue): \(reason)") }
      for (index, candidate) in candidates.enumerated() {
        let (opened, problem) = EGLHandle.open(candidate)
        guard let opened else {
          candidate.gbm?.close()
          notes.append("\(route.rawValue): \(candidate.label): \(problem)")
          continue
        }
        for unused in candidates[(index + 1)...] { unused.gbm?.close() }
        notes.append("\(route.rawValue): \(candidate.label): taken")
        self.route = route
        self.notes = notes
        handle = opened
        renderer = Self.string(GL_RENDERER)
        version = Self.string(GL_VERSION)
        extensions = Self.readExtensions()
        isSoftware = Self.isSoftwareRenderer(renderer)
        let images = EGLImageFunctions.find(opened.display, gl: extensions)
        imageFunctions = images.functions
        importProblem = images.functions == nil ? images.problem : nil
        limits = Limits(
          textureEdge: Self.integer(GL_MAX_TEXTURE_SIZE), arrayLayers: Self.integer(GL_MAX_ARRAY_TEXTURE_LAYERS),
          textureUnits: Self.integer(GL_MAX_TEXTURE_IMAGE_UNITS), drawBuffers: Self.integer(GL_MAX_DRAW_BUFFERS),
          uniformBlockBytes: Self.integer(GL_MAX_UNIFORM_BLOCK_SIZE))
        return
      }
    }
    throw .noContext(rungs: notes)
  }

  deinit { handle.close() }

  /// Whether a GL_RENDERER string names a renderer that runs on the CPU.
  package static func isSoftwareRenderer(_ renderer: String) -> Bool {
    let name = renderer.lowercased()
    return ["llvmpipe", "softpipe", "swrast", "swiftshader", "software rasterizer"].contains { name.contains($0) }
  }

  /// Makes it the thread's current context again, after another was used on the same thread.
  package func makeCurrent() throws(GLError) {
    guard handle.makeCurrent() else { throw .notCurrent(code: eglGetError()) }
  }

  /// Throws the first error that GL calls left since the last check, under the name of the place: once a frame.
  package func checkErrors(_ place: StaticString) throws(GLError) { try gl(place) {} }

  /// Hands queued commands to the driver.
  package func flush() { glFlush() }

  /// Waits until all commands are done.
  package func finish() { glFinish() }

  /// Runs a deletion with this context current; if it can't be (it is current elsewhere), the names go with the context.
  func delete(_ body: () -> Void) {
    if handle.makeCurrent() { body() }
  }

  private static func string(_ name: Int32) -> String { glGetString(e(name)).map { String(cString: $0) } ?? "" }

  private static func integer(_ name: Int32) -> Int {
    var value: GLint = 0
    glGetIntegerv(e(name), &value)
    return Int(value)
  }

  private static func readExtensions() -> Set<String> {
    var names: Set<String> = []
    for index in 0..<integer(GL_NUM_EXTENSIONS) {
      if let name = glGetStringi(e(GL_EXTENSIONS), GLuint(index)) { names.insert(String(cString: name)) }
    }
    return names
  }
}
