import NeuralGraph
import SIMDInference

/// Runs the networks on the CPU. Allocates nothing after its start.
package final class SIMDBackend: InferenceBackend {
  package let name: String
  private let networks: FaceNetworks
  private let detector: SIMDExecutor
  private let window: SIMDExecutor
  private let locals: [SIMDExecutor]
  private let map: DetectionMap
  private let windowSlots: WindowOutputSlots
  private var luma: LumaPlane?

  /// `instructionSet` nil takes the best that this machine has.
  package init(networks: FaceNetworks, instructionSet: InstructionSet = .best) throws(FaceTrackingError) {
    self.networks = networks
    name = "simd (\(instructionSet))"
    map = networks.detectionMap
    windowSlots = WindowOutputSlots(networks.window)
    do {
      detector = try SIMDExecutor(networks.detector, instructionSet: instructionSet)
      window = try SIMDExecutor(networks.window, instructionSet: instructionSet)
      locals = try networks.locals.map {
        try SIMDExecutor($0.graph, batch: $0.crops.count, instructionSet: instructionSet)
      }
    } catch { throw .executor("the CPU executor: \(error)") }
  }

  package func load(_ luma: LumaPlane) { self.luma = luma }

  package func detect(into values: inout [Float]) {
    guard let luma else { return }
    run(detector, luma, map.frameCrop(width: luma.width, height: luma.height))
    copy(detector.output(0), to: &values)
  }

  package func refine(_ transform: CropTransform, into outputs: inout NetworkOutputs) {
    guard let luma else { return }
    run(window, luma, transform)
    copy(window.output(windowSlots.landmarks), to: &outputs.landmarks)
    copy(window.output(windowSlots.rotation), to: &outputs.rotation)
    copy(window.output(windowSlots.correction), to: &outputs.correction)
    copy(window.output(windowSlots.blendshapes), to: &outputs.windowWeights)
    outputs.confidence = window.output(windowSlots.confidence)[0]
  }

  package func track(_ transform: CropTransform, into outputs: inout NetworkOutputs) {
    guard let luma else { return }
    refine(transform, into: &outputs)
    var slot = 0
    for index in locals.indices {
      let network = networks.locals[index]
      withUnsafeTemporaryAllocation(of: CropTransform.self, capacity: network.crops.count) { crops in
        for crop in crops.indices {
          crops.initializeElement(at: crop, to: place(network.crops[crop], transform, outputs))
        }
        locals[index].run(luma, crops: UnsafeBufferPointer(crops))
      }
      for crop in network.crops.indices {
        copy(locals[index].output(network.outputIndex, image: crop), to: &outputs.locals[slot])
        if let rotation = network.rotationIndex {
          outputs.add(rotation: locals[index].output(rotation, image: crop), mirrored: network.crops[crop].mirrored)
        }
        slot += 1
      }
    }
  }

  private func place(_ crop: LandmarkCrop, _ window: CropTransform, _ outputs: NetworkOutputs) -> CropTransform {
    let c = outputs.correction
    return outputs.landmarks.withUnsafeBufferPointer {
      crop.transform(window: window, landmarks: $0.baseAddress!, correction: (c[0], c[1], c[2], c[3]))
    }
  }

  private func run(_ executor: SIMDExecutor, _ luma: LumaPlane, _ crop: CropTransform) {
    withUnsafePointer(to: crop) { executor.run(luma, crops: UnsafeBufferPointer(start: $0, count: 1)) }
  }

  private func copy(_ source: UnsafeBufferPointer<Float>, to target: inout [Float]) {
    precondition(source.count == target.count, "an output of \(source.count) elements fits no array of \(target.count)")
    target.withUnsafeMutableBufferPointer { _ = $0.update(from: source) }
  }
}

/// Where the window network's outputs stand in its graph's list.
struct WindowOutputSlots: Sendable {
  let landmarks, rotation, correction, confidence, blendshapes: Int

  init(_ graph: Graph) {
    func slot(_ name: String) -> Int { graph.outputs.firstIndex { $0.name == name } ?? 0 }
    landmarks = slot("landmarks")
    rotation = slot("rotation")
    correction = slot("correction")
    confidence = slot("confidence")
    blendshapes = slot("blendshapes")
  }
}
