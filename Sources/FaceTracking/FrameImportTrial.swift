import FaceCore
import GLES
import ShaderInference

/// Tries whether shaders can read a camera's frames in its buffers, without any network: what `gurn probe --camera` does.
/// Made and used on one thread, which owns its GL context.
package final class FrameImportTrial {
  /// The frames that it takes to know.
  package static let frames = FrameImporter<ImportedLuma>.comparisons

  /// GL_RENDERER.
  package let renderer: String
  private let importer: FrameImporter<ImportedLuma>

  /// - Throws: ``FaceTrackingError/executor(_:)`` without a renderer.
  package init() throws(FaceTrackingError) {
    do {
      let context = try GLContext()
      renderer = context.renderer
      importer = FrameImporter(context, programs: ProgramCache(context))
    } catch { throw .executor("\(error)") }
  }

  /// What is known so far.
  package var state: FrameImport { importer.state }

  /// Imports a frame and compares it with what the CPU sees; whether they are alike.
  package func take(_ buffer: CameraBuffer) -> Bool { importer.image(of: buffer) != nil }
}
