import FaceTracking
import Synchronization

/// How frames reach the networks: in the camera's buffers, or copied.
extension LivePipeline {
  /// What was last said about it.
  struct PicturePath {
    var isKnown = false
    var copiedBecause: String?
  }

  /// Runs the networks on a frame, where it lies if that is possible; then the GPU is done with it on return.
  func read(_ image: inout LumaImage, stage: FaceStage, path: inout PicturePath) throws -> FaceStage.Result {
    if let buffer = image.buffer, let result = try stage.process(buffer, at: image.time) {
      note(nil, &path)
      return result
    }
    image.copyBorrowed()
    // Without a reason the camera has only not been asked yet.
    if let reason = copyingReason(stage.frameImport) { note(reason, &path) }
    return try image.withPlane { plane in try stage.process(plane, at: image.time) }
  }

  private func copyingReason(_ frameImport: FrameImport) -> String? {
    switch frameImport {
    case .undecided: return nil
    case .refused(let reason): return reason
    case .possible: break
    }
    if slot.isTurning { return "they are turned" }
    return state.withLock { $0.wantsSnapshots ? "they are shown" : $0.lendingProblem }
  }

  private func note(_ reason: String?, _ path: inout PicturePath) {
    guard !path.isKnown || reason != path.copiedBecause else { return }
    path = PicturePath(isKnown: true, copiedBecause: reason)
    onEvent(.pictures(copiedBecause: reason))
  }
}
