import FaceCore
import Foundation
import GLES
import NeuralGraph
import ShaderInference

/// Runs the networks in shaders. Made and used on one thread, which owns its GL context.
package final class ShaderBackend: InferenceBackend {
  package let name: String
  /// What the probe of the renderer found.
  package let report: CapabilityProbe.Report
  private let program: any FrameProgram
  private let importer: FrameImporter<ImportedLuma>
  private let map: DetectionMap
  private let slots: WindowOutputSlots
  /// A crop of a local network: where its weights begin in what that network says, and its summand of the rotation if any.
  private struct LocalSlot {
    let weights: Int
    let rotation: Int?
    let mirrored: Bool
  }

  private let localSlots: [LocalSlot]
  private let offsets: [Int]
  private var found: ShaderFrameProgram.Outputs
  private var frame = SIMD2(0, 0)

  /// Opens a context, probes it and compiles the networks: well under a second on most GPUs, a few on software renderers.
  ///
  /// - Throws: ``FaceTrackingError/executor(_:)`` where there is no renderer that passes the probe.
  package convenience init(networks: FaceNetworks) throws(FaceTrackingError) {
    do { try self.init(networks: networks, context: GLContext()) } catch let error as FaceTrackingError {
      throw error
    } catch { throw .executor("the shader executor: \(error)") }
  }

  /// As ``init(networks:)``, with a context that is current on this thread. `rung` forces a ``GLRung`` by its name.
  package init(
    networks: FaceNetworks, context: GLContext,
    rung: String? = ProcessInfo.processInfo.environment[GLRung.variable]
  ) throws(FaceTrackingError) {
    let store = ProgramStore(
      context, networks: [networks.window, networks.detector] + networks.locals.map(\.graph))
    let programs = ProgramCache(context, store: store)
    report = CapabilityProbe.run(context, forced: rung, programs: programs)
    guard let options = report.options else { throw .executor("the shader executor: \(report.reason)") }
    name = "gl (\(report.renderer))"
    map = networks.detectionMap
    slots = WindowOutputSlots(networks.window)
    localSlots = networks.locals.flatMap { network in
      network.crops.map { crop in
        LocalSlot(
          weights: network.firstElements[network.outputIndex],
          rotation: network.rotationIndex.map { network.firstElements[$0] }, mirrored: crop.mirrored)
      }
    }
    var offset = 0
    offsets = networks.window.outputs.map { output in
      defer { offset += output.range.count }
      return offset
    }
    do {
      program = try FramePrograms.make(
        context,
        .init(
          window: networks.window, locals: networks.locals.map { .init(graph: $0.graph, crops: $0.crops) },
          detector: networks.detector), options: options, programs: programs)
      programs.save()
      importer = FrameImporter(context, programs: programs)
    } catch { throw .executor("the shader executor: \(error)") }
    found = program.makeOutputs()
  }

  package func load(_ luma: LumaPlane) throws(FaceTrackingError) {
    frame = SIMD2(luma.width, luma.height)
    do { try program.upload(luma) } catch { throw .executor("the shader executor: \(error)") }
  }

  package var frameImport: FrameImport { importer.state }

  package func load(_ buffer: CameraBuffer) throws(FaceTrackingError) -> Bool {
    guard let image = importer.image(of: buffer) else { return false }
    frame = SIMD2(buffer.layout.width, buffer.layout.height)
    program.luma.show(image)
    return true
  }

  /// Whether there are textures on a camera's buffers.
  var hasBuffers: Bool { importer.count > 0 }

  package func dropRetiredBuffers() {
    importer.dropRetired()
    if importer.count == 0 { program.luma.hide() }
  }

  package func detect(into values: inout [Float]) throws(FaceTrackingError) {
    let crop = map.frameCrop(width: frame.x, height: frame.y)
    do { try program.detect(in: crop, into: &values) } catch { throw .executor("the shader executor: \(error)") }
  }

  /// Runs all networks: a detection is rare, and another set of passes would be another set to compile.
  package func refine(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    try track(window, into: &outputs)
  }

  package func track(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    do { try program.track(window: window, into: &found) } catch { throw .executor("the shader executor: \(error)") }
    copy(found.window, from: offsets[slots.landmarks], to: &outputs.landmarks)
    copy(found.window, from: offsets[slots.rotation], to: &outputs.rotation)
    copy(found.window, from: offsets[slots.correction], to: &outputs.correction)
    copy(found.window, from: offsets[slots.blendshapes], to: &outputs.windowWeights)
    outputs.confidence = found.window[offsets[slots.confidence]]
    for (index, slot) in localSlots.enumerated() {
      copy(found.locals[index], from: slot.weights, to: &outputs.locals[index])
      guard let first = slot.rotation else { continue }
      found.locals[index].withUnsafeBufferPointer {
        outputs.add(rotation: UnsafeBufferPointer(rebasing: $0[first..<first + 6]), mirrored: slot.mirrored)
      }
    }
  }

  /// Draws of a tracked frame.
  package var passCount: Int { program.passCount }
  /// Draws of a detection.
  package var detectorPassCount: Int { program.detectorPassCount }
  /// Bytes of tensors and weights on the GPU.
  package var memoryBytes: Int { program.memoryBytes }

  private func copy(_ source: [Float], from offset: Int, to target: inout [Float]) {
    for index in target.indices { target[index] = source[offset + index] }
  }
}
