import type { MessageBus } from '../../stores/message-bus.js';
import type { TaskStore } from '../../stores/task-store.js';
import { RunningTasks } from './task-leases.js';
import { TaskChanges } from './task-changes.js';
import { TaskRecords } from './task-records.js';

/** Everything about tasks that outlives a request. */
export class TaskServices {
  readonly news: TaskChanges;
  readonly records: TaskRecords;
  readonly running: RunningTasks;

  /**
   * @param most - maximum number of tasks of one principal that run or wait
   * @param onFull - called when a principal has that many
   */
  constructor(store: TaskStore, bus: MessageBus, most: number, onFull?: () => void) {
    this.news = new TaskChanges(bus);
    this.records = new TaskRecords(store, this.news, most, onFull);
    this.running = new RunningTasks(this.records);
    this.news.listen((id, isOver) => {
      if (isOver) this.running.abort(id);
    });
  }
}
