import CSIMDKernels
import NeuralGraph

/// The memory of general steps: runs of values, constants, and what the steps' pointers lead to. Freed with its owner.
final class GeneralStorage {
  private let runs: FloatArena
  private let steps: UnsafeMutableBufferPointer<gurn_general>
  private let integers: UnsafeMutableBufferPointer<Int>
  private let tables: UnsafeMutableBufferPointer<Int32>
  private let weights: FloatArena
  private let windows: UnsafeMutableBufferPointer<gurn_window>

  /// Makes the plan's general steps and hands them to the layers, which stand in the plan's order.
  init(_ plan: SIMDPlan, _ numbers: [Float], _ layers: UnsafeMutableBufferPointer<gurn_layer>) {
    let all = plan.steps.compactMap(\.general)
    runs = FloatArena(count: plan.runs.size)
    for (place, range) in plan.runs.constants {
      for index in 0..<range.count { runs.base[place.offset + index] = numbers[range.offset + index] }
    }
    steps = .allocate(capacity: all.count)
    integers = .allocate(capacity: all.reduce(0) { $0 + $1.sizes.count + $1.first.count + $1.second.count })
    tables = .allocate(capacity: all.reduce(0) { $0 + $1.table.count })
    weights = FloatArena(count: all.reduce(0) { $0 + $1.weights.count })
    windows = .allocate(capacity: all.reduce(0) { $0 + $1.windows.count })
    var ends = (integer: 0, table: 0, weight: 0, window: 0, step: 0)

    func keep(_ list: [Int]) -> UnsafePointer<Int>? {
      guard let base = integers.baseAddress, !list.isEmpty else { return nil }
      let start = base + ends.integer
      start.initialize(from: list, count: list.count)
      ends.integer += list.count
      return UnsafePointer(start)
    }
    for (index, step) in plan.steps.enumerated() {
      guard let general = step.general else { continue }
      var layer = general.layer
      layer.axes = Int32(general.sizes.count)
      layer.sizes = keep(general.sizes)
      layer.first = keep(general.first)
      layer.second = keep(general.second)
      if let base = tables.baseAddress, !general.table.isEmpty {
        (base + ends.table).initialize(from: general.table.map(Int32.init), count: general.table.count)
        layer.table = UnsafePointer(base + ends.table)
        ends.table += general.table.count
      }
      (weights.base + ends.weight).update(from: general.weights, count: general.weights.count)
      layer.weights = UnsafePointer(weights.base + ends.weight)
      ends.weight += general.weights.count
      if let base = windows.baseAddress, !general.windows.isEmpty {
        (base + ends.window).initialize(from: general.windows.map(gurn_window.init), count: general.windows.count)
        layer.windows = UnsafePointer(base + ends.window)
        ends.window += general.windows.count
      }
      place(general, in: &layer)
      guard let step = steps.baseAddress.map({ $0 + ends.step }) else { continue }
      step.initialize(to: layer)
      ends.step += 1
      layers[index].general = UnsafePointer(step)
    }
  }

  private func place(_ step: GeneralStep, in layer: inout gurn_general) {
    func input(_ index: Int) -> (UnsafePointer<Float>?, Int) {
      guard step.inputs.indices.contains(index) else { return (nil, 0) }
      return (UnsafePointer(runs.base + step.inputs[index].offset), step.inputs[index].stride)
    }
    (layer.inputs.0, layer.strides.0) = input(0)
    (layer.inputs.1, layer.strides.1) = input(1)
    (layer.inputs.2, layer.strides.2) = input(2)
    layer.output = step.output.map { runs.base + $0.offset }
    layer.output_stride = step.output?.stride ?? 0
  }

  deinit {
    steps.deallocate()
    integers.deallocate()
    tables.deallocate()
    windows.deallocate()
  }
}

extension gurn_window {
  fileprivate init(_ axis: WindowAxis) {
    self.init(
      input: axis.input, output: axis.output, kernel: axis.kernel, stride: axis.stride, step: axis.step,
      offset: axis.offset, divisor: axis.divisor, pad_after: axis.padAfter)
  }
}
