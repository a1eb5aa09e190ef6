import type { MessageBus } from '../../stores/message-bus.js';
import type { TaskStore } from '../../stores/task-store.js';
import { RunningTasks } from './task-leases.js';
import { TaskNews } from './task-changes.js';
import { TaskRecords } from './task-records.js';

/** Everything about tasks that outlives a request. */
export class Tasks {
  readonly news: TaskNews;
  readonly records: TaskRecords;
  readonly running: RunningTasks;

  /** @param most - tasks of one principal that may run or wait at once */
  constructor(store: TaskStore, bus: MessageBus, most: number) {
    this.news = new TaskNews(bus);
    this.records = new TaskRecords(store, this.news, most);
    this.running = new RunningTasks(this.records);
    this.news.listen((id, isOver) => {
      if (isOver) this.running.abort(id);
    });
  }
}
