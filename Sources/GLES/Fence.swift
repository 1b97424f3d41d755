import CGLES3

/// A mark in the command stream that tells when the GPU has passed it.
package struct Fence: ~Copyable {
  private let context: GLContext
  private let sync: GLsync

  /// Marks the end of the commands given so far, and hands them to the driver.
  package init(_ context: GLContext) throws(GLError) {
    let sync = try gl("glFenceSync") { glFenceSync(e(GL_SYNC_GPU_COMMANDS_COMPLETE), 0) }
    guard let sync else { throw .callFailed(call: "glFenceSync", code: e(GL_OUT_OF_MEMORY)) }
    self.context = context
    self.sync = sync
    glFlush()
  }

  deinit {
    let sync = sync
    context.delete { glDeleteSync(sync) }
  }

  /// Whether the GPU is past the mark; returns at once.
  package var isSignaled: Bool { wait(atMost: .zero) }

  /// Waits until the GPU is past the mark; false if it isn't after that time.
  package func wait(atMost limit: Duration) -> Bool {
    let (seconds, attoseconds) = limit.components
    let nanoseconds = UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    let status = glClientWaitSync(sync, GLbitfield(GL_SYNC_FLUSH_COMMANDS_BIT), nanoseconds)
    return status == e(GL_ALREADY_SIGNALED) || status == e(GL_CONDITION_SATISFIED)
  }
}
