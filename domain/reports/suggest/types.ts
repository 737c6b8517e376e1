import type { FileProfile } from '../profile.ts';

/** `certain`: the file leaves no other reading. `likely`: what such files nearly always mean. `guess`: look at it. */
export type Confidence = 'certain' | 'likely' | 'guess';

/** A setting of the profile, by its path in it (`columns.lots`), with why it has this value. */
export interface Finding { setting: string; value: unknown; confidence: Confidence; reason: string }

/** What only a person can say. The answer belongs at `setting` in the profile; `suggested` is one that fits what was seen, null where nothing does. */
export interface Question { setting: string; question: string; choices: unknown[] | null; suggested: unknown }

/** One cell of the sample; `typed`: a number of the format itself (json, xlsx), to which no marks apply. */
export interface Cell { text: string; typed: boolean }

/** The data rows of a sample under their headers. Headers of a json document are paths. */
export interface SampleTable { header: string[]; rows: Cell[][] }

export interface Suggested { profile: Partial<FileProfile>; findings: Finding[]; questions: Question[]; notes: string[] }

/** Gathers what the rules find. */
export class Suggesting implements Suggested {
  readonly profile: Partial<FileProfile> = {};
  readonly findings: Finding[] = [];
  readonly questions: Question[] = [];
  readonly notes: string[] = [];

  /** Sets a setting of the profile itself. */
  set<K extends keyof FileProfile>(setting: K, value: FileProfile[K], confidence: Confidence, reason: string): void {
    this.profile[setting] = value;
    this.found(setting, value, confidence, reason);
  }

  found(setting: string, value: unknown, confidence: Confidence, reason: string): void {
    this.findings.push({ setting, value, confidence, reason });
  }

  ask(setting: string, question: string, suggested: unknown = null, choices: unknown[] | null = null): void {
    this.questions.push({ setting, question, choices, suggested });
  }
}
